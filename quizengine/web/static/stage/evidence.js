"use strict";

// Who buzzed when, and from what that was decided; and the log of the contest.
Stage.Evidence = (() => {
  const { el, texts } = Stage;

  // A frame of the device's screen and a moment of its script lie between message and reaction:
  // every honest buzz is limited by that much, and it says nothing.
  const SLIGHT_MS = 25;

  function ms(value) {
    return value === null || value === undefined ? "–" : String(Math.round(value));
  }

  function marks(one) {
    const limited = one.bounded && one.reaction_ms !== null && one.used_ms - one.reaction_ms > SLIGHT_MS;
    const found = [one.early && texts.early, one.late && texts.late]
      .filter(Boolean).map((text) => el("span", { class: "st-chip st-chip-foul" }, text));
    // Nobody's fault: a busy device draws late, and what can't be checked does not count.
    if (limited && !one.since_open) found.push(el("span", { class: "st-chip", title: texts.boundedWhy }, texts.bounded));
    // Its own reaction counts from another moment than the time that is used.
    if (one.since_open) found.push(el("span", { class: "st-chip", title: texts.sinceOpenWhy }, texts.sinceOpen));
    return found;
  }

  function row(state, one, index) {
    const team = state.teams.find((other) => other.id === one.team);
    return el("tr", {},
      el("td", { class: "num" }, one.late ? "–" : String(index + 1)),
      el("th", { scope: "row" }, team ? team.name : ""),
      el("td", { class: "num" }, el("strong", {}, ms(one.used_ms))),
      el("td", { class: "num" }, ms(one.reaction_ms)),
      el("td", { class: "num" }, ms(one.elapsed_ms)),
      el("td", { class: "num" }, ms(one.rtt_ms)),
      el("td", {}, ...marks(one)));
  }

  // root holds a table body and a note on near ties.
  function draw(root, state, own) {
    const evidence = own ? own.evidence || [] : [];
    root.hidden = !evidence.length && state.phase !== "buzzing";
    root.querySelector("tbody").replaceChildren(...evidence.map((one, index) => row(state, one, index)));
    root.querySelector("table").hidden = !evidence.length;
    Stage.say(root.querySelector("[data-none]"), evidence.length ? "" : texts.nobodyBuzzed);
    const near = Boolean(state.buzz && state.buzz.near_tie);
    root.querySelector("[data-near]").hidden = !near;
    root.classList.toggle("st-near", near);
  }

  function line(one, state, zone) {
    const name = (id) => (state.teams.find((team) => team.id === id) || {}).name || "";
    const at = new Date(one.at).toLocaleTimeString("zh-CN", { hour12: false, timeZone: zone });
    // What a team did names it already.
    const author = one.by.role === "team" ? "" : Stage.Words.author(one.by);
    return el("li", { class: one.undone ? "st-undone" : "" },
      el("time", { datetime: one.at }, at),
      el("span", {}, Stage.Words.event(one, name)),
      el("span", { class: "qe-muted" }, author));
  }

  function log(root, state, own, zone) {
    const events = own ? own.log || [] : [];
    const key = events.map((one) => `${one.seq}${one.undone ? "u" : ""}`).join();
    if (root.dataset.key === key) return;
    root.dataset.key = key;
    root.replaceChildren(...[...events].reverse().map((one) => line(one, state, zone)));
  }

  return { draw, log };
})();
