"""年度考核: a year's result of units and people, computed from the ledger and nothing else."""
