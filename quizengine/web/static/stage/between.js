"use strict";

// What stands in the place of the question while there is none: the round's rules, the ranking.
Stage.Between = (() => {
  const { texts, el, inLanguage, fill } = Stage;

  function rules(round) {
    return [
      el("h2", { class: "st-between-title" }, inLanguage(round.title)),
      el("ul", { class: "st-between" }, ...(texts.rounds[round.id] || []).map((line) => el("li", {}, line))),
    ];
  }

  function place(one, teamName) {
    const prize = one.prize ? el("span", { class: "qe-badge qe-badge-warning" }, inLanguage(one.prize)) : "";
    return el("li", {}, el("span", { class: "st-between-rank" }, fill(texts.rank, { rank: one.rank })),
      el("strong", {}, teamName(one.team)), prize, el("span", { class: "st-between-score" }, String(one.score)));
  }

  function parts(state, teamName) {
    if (state.result) return [el("ol", { class: "st-between st-ranking" }, ...state.result.ranking.map((one) => place(one, teamName)))];
    if (state.round && ["round", "turn", "choosing"].includes(state.phase)) return rules(state.round);
    return [el("p", { class: "st-none" }, texts.hidden)];
  }

  return { parts };
})();
