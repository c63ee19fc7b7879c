"use strict";

// The teams: score, what they have done on this question, their device, and what may be done.
Stage.Board = class {
  // on: {judge(team, verdict), more(team), target(team)}
  constructor(root, on) {
    this.root = root;
    this.on = on;
  }

  draw(state, own, acts, target) {
    this.view = { state, own, acts, target };
    Stage.keyed(this.root, state.teams, (team) => team.id, (team) => this.make(team), (node, team) => this.fill(node, team));
  }

  make(team) {
    const { el, icon, texts } = Stage;
    const button = (verdict, sign) => {
      const node = el("button", { type: "button", class: `st-verdict st-verdict-${verdict}`, "aria-label": texts.verdicts[verdict] }, icon(sign));
      node.addEventListener("click", () => this.on.judge(team.id, verdict));
      return node;
    };
    const more = el("button", { type: "button", class: "st-more", "data-more": true }, icon("more"));
    more.addEventListener("click", () => this.on.more(team.id));
    const node = el("li", { class: "st-team", "data-team": team.id },
      el("span", { class: "st-number" }, String(team.number)),
      el("div", { class: "st-team-text" },
        el("div", { class: "st-team-name" }, el("span", { class: "st-dot", "data-dot": true }), el("strong", { "data-name": true })),
        el("div", { class: "st-team-said", "data-said": true })),
      el("div", { class: "st-score" }, el("strong", { "data-score": true }), el("span", { "data-rank": true })),
      el("div", { class: "st-verdicts", "data-verdicts": true }, button("right", "check"), button("wrong", "cross"), button("partial", "half")),
      more);
    node.addEventListener("click", (event) => { if (!event.target.closest("button")) this.on.target(team.id); });
    return node;
  }

  fill(node, team) {
    const { state, own, acts, target } = this.view;
    const { say, texts, fill } = Stage;
    const part = (name) => node.querySelector(`[data-${name}]`);
    say(part("name"), team.name);
    part("name").title = fill(texts.members, { names: team.members.join(", ") });
    say(part("score"), String(team.score));
    say(part("rank"), team.out ? texts.out : fill(texts.rank, { rank: team.rank }));
    this.dot(part("dot"), own && own.devices ? own.devices[team.id] : null);
    const said = this.said(state, own, team);
    part("said").replaceChildren(...said);
    const judged = acts.can("judge", team.id);
    part("verdicts").hidden = !judged;
    part("verdicts").querySelector(".st-verdict-partial").hidden = !acts.partial;
    part("more").hidden = !acts.team(team.id);
    part("more").setAttribute("aria-label", `${team.name}: …`);
    node.classList.toggle("st-team-target", team.id === target);
    node.classList.toggle("st-team-out", Boolean(team.out));
    node.classList.toggle("st-team-turn", Boolean(state.turn && state.turn.team === team.id) || Boolean(state.buzz && state.buzz.winner === team.id));
  }

  dot(node, device) {
    const { texts, fill } = Stage;
    const online = Boolean(device && device.online);
    node.classList.toggle("st-dot-on", online);
    const text = online ? fill(texts.deviceOn, { ms: device.rtt_ms === null || device.rtt_ms === undefined ? "–" : Math.round(device.rtt_ms) }) : texts.deviceOff;
    if (node.title !== text) {
      node.title = text;
      node.replaceChildren(Stage.el("span", { class: "visually-hidden" }, text));
    }
  }

  // Chips: turn, place in the order of buzzes, answer, verdict, fouls.
  said(state, own, team) {
    const { el, texts, fill } = Stage;
    const chips = [];
    const chip = (text, kind = "") => chips.push(el("span", { class: `st-chip ${kind && `st-chip-${kind}`}` }, text));
    if (state.turn && state.turn.team === team.id) chip(state.turn.member ? `${texts.turn}: ${state.turn.member}` : texts.turn, "turn");
    const order = state.buzz ? state.buzz.order : [];
    const place = order.findIndex((one) => one.team === team.id);
    if (place >= 0) {
      const time = order[place].early ? texts.early : (order[place].ms / 1000).toFixed(3);
      chip(order[place].early ? `${place + 1}. ${time}` : fill(texts.order, { place: place + 1, time }), place ? "" : "first");
    }
    const given = own && own.answers ? own.answers.find((one) => one.team === team.id) : null;
    if (given) this.answer(chip, state, given);
    else if ((state.answered || []).includes(team.id)) chip(texts.answered);
    for (const one of (state.verdicts || []).filter((v) => v.team === team.id)) {
      chip(Stage.Words.verdict(one.verdict, one.points), one.verdict === "right" ? "right" : one.verdict === "partial" ? "part" : "wrong");
    }
    if (team.fouls) chip(fill(texts.foulCount, { count: team.fouls }), "foul");
    if (!chips.length) chips.push(el("span", { class: "qe-muted" }, team.members.join(", ")));
    return chips;
  }

  answer(chip, state, given) {
    const { texts, fill } = Stage;
    const kind = { 1: "right", 0: "wrong" }[given.credit] || (given.credit === null ? "" : "part");
    chip(fill(texts.answer, { answer: Stage.Words.shortAnswer(state.question, given.answer) }), kind);
  }
};
