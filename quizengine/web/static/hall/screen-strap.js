"use strict";

// The strap under a question: who is to do what, who buzzed, what came of it.
Hall.Strap = (() => {
  const { el, fill, teamOf } = Hall;

  const line = (kind, ...children) => el("div", { class: `qs-strap qs-strap-${kind}` }, ...children);
  const say = (text, extra) => el("span", { class: "qs-say" }, text, extra && el("small", {}, extra));

  function who(state) {
    const team = Hall.activeTeam(state);
    if (!team) return null;
    const own = state.turn && state.turn.team === team.id;
    return el("span", { class: `qs-strap-team ${Hall.Scenes.teamClass(team)}` },
      el("span", { class: "qs-number" }, String(team.number)), Hall.teamName(team.name),
      own && state.turn.member && el("span", { class: "qs-member" }, state.turn.member));
  }

  const timeOf = (one, words) => (one.early ? words.early : fill(words.seconds, { seconds: Hall.secondsText(one.ms) }));

  // Its time and, beside it, those that came after: once the order is decided.
  function ownTime(state, words) {
    const own = (state.buzz?.order || []).find((one) => one.team === state.buzz.winner);
    return own ? timeOf(own, words) : "";
  }

  function order(state, words) {
    if (state.buzz?.winner === null || state.buzz?.winner === undefined) return null;
    const others = state.buzz.order.filter((one) => one.team !== state.buzz.winner).slice(0, state.buzz.near_tie ? 1 : 2);
    return el("ol", { class: "qs-order" },
      state.buzz.near_tie && el("li", { class: "qs-near-tie" }, words.near_tie),
      others.map((one) => {
        const team = teamOf(state, one.team);
        return el("li", { class: Hall.Scenes.teamClass(team) }, el("span", { class: "qs-number" }, String(team.number)), timeOf(one, words));
      }));
  }

  function collected(state, words) {
    const answered = new Set(state.answered || []);
    return line("collect", say(words.all_answer, fill(words.answers_in, { count: answered.size, of: state.teams.filter((team) => !team.out).length })),
      el("ol", { class: "qs-collect" }, state.teams.filter((team) => !team.out).map((team) =>
        el("li", { class: `${Hall.Scenes.teamClass(team)}${answered.has(team.id) ? " qs-done" : ""}` }, String(team.number)))));
  }

  function verdictChips(state, words) {
    return state.verdicts.map((verdict) => {
      const team = teamOf(state, verdict.team);
      const sign = { right: "✓", wrong: "✗", partial: "≈", late: "✗" }[verdict.verdict];
      return el("span", { class: `qs-verdict qs-verdict-${verdict.verdict}` }, el("span", { class: "qs-sign", "aria-label": words[verdict.verdict] }, sign),
        Hall.teamName(team.name), verdict.verdict === "late" && el("small", {}, words.late), verdict.points !== 0 && el("strong", {}, Hall.signed(verdict.points)));
    });
  }

  function judged(state, words) {
    if (state.verdicts && state.verdicts.length) return line("verdicts", ...verdictChips(state, words));
    if (state.audience?.tally) return audienceResult(state, words);
    return line("quiet", say(words.no_answer));
  }

  function audienceResult(state, words) {
    const { answered, right, fastest } = state.audience.tally;
    if (!answered) return line("quiet", say(words.no_answer));
    return line("verdicts", say(fill(words.audience_right, { right, answered })),
      fastest && fastest.length > 0 && el("span", { class: "qs-fastest" }, el("span", { class: "qs-label" }, words.fastest), fastest.slice(0, 3).join(words.comma)));
  }

  const isBuzzer = (state) => ["buzzer", "tie_break"].includes(state.round?.kind);

  const straps = {
    reading: (state, words) => (isBuzzer(state) ? line("locked", el("span", { class: "qs-lamp" }), say(words.locked)) : line("plain", who(state), say(words.reading))),
    discussing: (state, words) => line("plain", who(state), say(words.discussing)),
    buzzing: (state, words) => line("open", el("span", { class: "qs-lamp" }), say(words.open)),
    settling: (state, words) => line("settling", el("span", { class: "qs-lamp" }), say(words.settling)),
    starting: (state, words) => line("buzzed", who(state), say(words.starting, ownTime(state, words)), order(state, words)),
    answering: (state, words) => (Hall.activeTeam(state) ? line("buzzed", who(state), say(words.answering, ownTime(state, words)), order(state, words)) : collected(state, words)),
    judging: (state, words) => (Hall.activeTeam(state) ? line("buzzed", who(state), say(words.judging, ownTime(state, words)), order(state, words)) : line("plain", say(words.judging))),
    audience: (state, words) => (state.audience.open ? line("open", say(words.audience)) : line("plain", say(words.audience_next))),
    revealed: judged,
  };

  function draw(state, words) {
    return straps[state.phase] ? straps[state.phase](state, words) : null;
  }

  return { draw };
})();
