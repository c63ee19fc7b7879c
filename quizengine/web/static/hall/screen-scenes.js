"use strict";

// What fills the big screen besides questions: one function a scene, state in, nodes out.
Hall.Scenes = (() => {
  const { el, fill, named, teamOf } = Hall;

  const teamClass = (team) => `qs-team-${((team.number - 1) % 12) + 1}`;

  // A heading that knows how long it is, to be as large as fits into a line.
  function heading(text) {
    const node = el("h1", {}, text);
    node.style.setProperty("--chars", Math.max(8, Hall.widthOf(text)).toFixed(1));
    return node;
  }

  function title(text, above, below) {
    return el("div", { class: "qs-title" }, above && el("p", { class: "qs-above" }, above), heading(text), below && el("p", { class: "qs-below" }, below));
  }

  function joinBox(state, help) {
    const { join, words } = help;
    if (!join) return null;
    return el("div", { class: "qs-join" },
      el("img", { class: "qs-qr", src: join.qr, alt: words.join_title }),
      el("p", { class: "qs-join-title" }, words.join_title),
      el("p", { class: "qs-join-code" }, state.contest.join_code),
      el("p", { class: "qs-join-count" }));
  }

  function joinCount(node, state, help) {
    const place = node.querySelector(".qs-join-count");
    if (!place) return;
    const { joined, answered } = state.audience || {};
    const asked = state.phase === "audience";
    place.textContent = asked ? fill(help.words.answered_of, { answered, joined }) : joined ? fill(help.words.joined, { count: joined }) : "";
  }

  function lobby(state, help) {
    const cards = state.teams.map((team) => el("li", { class: `qs-card ${teamClass(team)}` },
      el("span", { class: "qs-number" }, String(team.number)),
      el("span", { class: "qs-who" }, Hall.teamName(team.name), el("span", { class: "qs-team-members" }, (team.members || []).join(help.words.comma)))));
    const many = state.teams.length > 8 ? " qs-many" : "";
    return el("div", { class: "qs-scene qs-lobby" },
      el("div", { class: "qs-lobby-head" }, help.emblem && el("img", { class: "qs-emblem", src: help.emblem, alt: "" }),
        title(named(state.contest.title, help.lang), "", help.words.lobby)),
      el("div", { class: "qs-lobby-body" }, el("ol", { class: `qs-cards${many}` }, cards), joinBox(state, help)));
  }

  function roundIntro(state, help) {
    const { round } = state;
    const lines = (help.words.rounds || {})[round.id] || [];
    return el("div", { class: "qs-scene qs-round" },
      title(named(round.title, help.lang), fill(help.words.round_of, { index: round.index, of: round.of })),
      lines.length > 0 && ruleList(lines));
  }

  function ruleList(lines) {
    const list = el("ul", { class: "qs-rules" }, lines.map((line) => el("li", {}, line)));
    list.style.setProperty("--lines", lines.length);
    return list;
  }

  function badge(team) {
    return el("span", { class: `qs-badge-team ${teamClass(team)}` }, el("span", { class: "qs-number" }, String(team.number)), Hall.teamName(team.name));
  }

  function turn(state, help) {
    const team = state.turn && teamOf(state, state.turn.team);
    const { words } = help;
    if (!team) return el("div", { class: "qs-scene qs-turn" }, title(words.next_question, questionOf(state, words)));
    return el("div", { class: `qs-scene qs-turn ${teamClass(team)}` },
      el("p", { class: "qs-above" }, questionOf(state, words)),
      el("p", { class: "qs-turn-label" }, words.turn_of),
      el("div", { class: "qs-turn-team" }, el("span", { class: "qs-number" }, String(team.number)), heading(team.name)),
      state.turn.member && el("p", { class: "qs-turn-member" }, state.turn.member),
      state.turn.points !== null && state.turn.points !== undefined && el("p", { class: "qs-turn-points" }, fill(words.points, { points: state.turn.points })));
  }

  function questionOf(state, words) {
    const { round } = state;
    return round && round.question ? fill(words.question_of, { number: round.question, of: round.questions }) : "";
  }

  function choosing(state, help) {
    const choices = state.choices || { values: [] };
    const team = teamOf(state, choices.team ?? state.turn?.team);
    const cards = choices.values.map((value) => el("li", { class: value.left ? "qs-value" : "qs-value qs-value-none" },
      el("strong", {}, String(value.points)), el("span", {}, fill(help.words.left, { count: value.left }))));
    return el("div", { class: "qs-scene qs-choosing" },
      title(help.words.choose_value, team ? team.name : "", state.turn?.member), el("ol", { class: "qs-values" }, cards));
  }

  function tie(state, help) {
    const names = state.tie.teams.map((id) => teamOf(state, id)).filter(Boolean);
    const pieces = names.flatMap((team, index) => (index ? [el("span", { class: "qs-versus" }, "VS"), badge(team)] : [badge(team)]));
    return el("div", { class: "qs-scene qs-tie" },
      title(named(state.round?.title, help.lang) || help.words.tie, "", fill(help.words.tie_for, { place: state.tie.place })),
      el("div", { class: "qs-tie-teams" }, pieces));
  }

  function roundOver(state, help) {
    const name = named(state.round?.title, help.lang);
    return el("div", { class: "qs-scene qs-standings" }, title(help.words.standings, name && fill(help.words.after_round, { round: name })), el("div", { class: "qs-standings-board" }));
  }

  function podiumStep(one, state, help) {
    const team = teamOf(state, one.team);
    return el("li", { class: `qs-step qs-step-${one.rank} ${teamClass(team)}` },
      el("div", { class: "qs-step-team" },
        el("span", { class: "qs-number" }, String(team.number)), Hall.teamName(team.name),
        el("span", { class: "qs-team-members" }, (team.members || []).join(help.words.comma))),
      el("div", { class: "qs-step-block" }, el("span", { class: "qs-step-rank" }, String(one.rank)),
        one.prize && el("span", { class: "qs-prize" }, named(one.prize, help.lang)),
        el("span", { class: "qs-step-score" }, fill(help.words.points, { points: Hall.score(one.score) })),
        // Why teams of equal points stand on different steps.
        one.by && el("span", { class: "qs-step-by" }, help.words.ties[one.by])));
  }

  function restRow(one, state, help) {
    const team = teamOf(state, one.team);
    return el("li", { class: `qs-row ${teamClass(team)}` }, el("span", { class: "qs-place" }, String(one.rank)),
      el("span", { class: "qs-number" }, String(team.number)), el("span", { class: "qs-who" }, Hall.teamName(team.name),
        one.prize && el("span", { class: "qs-rest-prize" }, named(one.prize, help.lang))),
      el("span", { class: "qs-points" }, Hall.score(one.score)));
  }

  // Places 1 to 3 on steps, unless ties make more than fit there.
  function final(state, help) {
    const ranking = (state.result?.ranking || []).filter((one) => teamOf(state, one.team));
    const upper = ranking.filter((one) => one.rank <= 3);
    const top = upper.length <= 4 ? upper : ranking.slice(0, 0);
    const rest = ranking.filter((one) => !top.includes(one));
    return el("div", { class: `qs-scene qs-final${rest.length ? "" : " qs-final-short"}${rest.length > 7 ? " qs-many" : ""}` },
      title(help.words.final, named(state.contest.title, help.lang)),
      el("div", { class: "qs-final-body" },
        top.length > 0 && el("ol", { class: "qs-podium" }, podiumOrder(top).map((one) => podiumStep(one, state, help))),
        rest.length > 0 && el("ol", { class: "qs-board qs-rest" }, rest.map((one) => restRow(one, state, help)))));
  }

  // The winner stands in the middle.
  function podiumOrder(top) {
    return top.length < 3 ? top : [top[1], top[0], ...top.slice(2)];
  }

  return { lobby, round: roundIntro, turn, choosing, tie, round_over: roundOver, finished: final, joinBox, joinCount, questionOf, badge, teamClass };
})();
