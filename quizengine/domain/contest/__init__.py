"""竞赛 on a stage: rules, events, the state that follows from them, and who buzzed first."""
