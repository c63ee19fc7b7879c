"use strict";

// The score board of the big screen: a tower at the side, or the whole hall's view between rounds.
Hall.Board = class {
  // root: the list's place; large: with bars and members, for the whole screen.
  constructor(root, words, large = false) {
    this.words = words;
    this.large = large;
    this.rows = new Map();
    this.list = Hall.el("ol", { class: large ? "qs-board qs-board-large" : "qs-board" });
    root.replaceChildren(this.list);
  }

  draw(state, still) {
    const teams = [...state.teams].sort((a, b) => a.rank - b.rank || a.number - b.number);
    const before = this.places();
    this.list.classList.toggle("qs-board-many", teams.length > 8);
    this.list.classList.toggle("qs-board-crowd", teams.length > 14);
    const best = Math.max(1, ...teams.map((team) => team.score));
    const rows = teams.map((team) => this.row(team, state, best, still));
    if (rows.some((row, index) => this.list.children[index] !== row)) this.list.replaceChildren(...rows);
    for (const id of this.rows.keys()) if (!Hall.teamOf(state, id)) this.rows.delete(id);
    if (!still && !Hall.calm.matches) this.slide(before);
  }

  places() {
    return new Map([...this.rows].map(([id, row]) => [id, { x: row.node.offsetLeft, y: row.node.offsetTop }]));
  }

  // Each row starts where it was, and moves to its new place.
  slide(before) {
    for (const [id, row] of this.rows) {
      const from = before.get(id);
      const [x, y] = from ? [from.x - row.node.offsetLeft, from.y - row.node.offsetTop] : [0, 0];
      if (!x && !y) continue;
      row.node.style.zIndex = y > 0 ? 2 : 1;
      row.node.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: 900, easing: "cubic-bezier(.2,.8,.2,1)" });
    }
  }

  row(team, state, best, still) {
    const row = this.rows.get(team.id) || this.newRow(team);
    row.place.textContent = team.rank;
    Hall.nameTeam(row.name, team.name);
    row.members?.replaceChildren((team.members || []).join(this.words.comma));
    this.showMove(row, team);
    this.showMarks(row, team, state);
    this.count(row, team.score, still);
    row.bar?.style.setProperty("transform", `scaleX(${Math.max(0, team.score / best)})`);
    return row.node;
  }

  newRow(team) {
    const el = Hall.el;
    const row = {
      place: el("span", { class: "qs-place" }),
      move: el("span", { class: "qs-move" }),
      name: Hall.teamName(""),
      members: this.large ? el("span", { class: "qs-team-members" }) : null,
      marks: el("span", { class: "qs-marks" }),
      score: el("span", { class: "qs-points" }),
      gain: el("span", { class: "qs-gain", "aria-hidden": "true" }),
      bar: this.large ? el("span", { class: "qs-bar" }) : null,
      shown: null,
      timer: 0,
    };
    row.node = el("li", { class: `qs-row qs-team-${((team.number - 1) % 12) + 1}` },
      row.bar, el("span", { class: "qs-rank" }, row.place, row.move), el("span", { class: "qs-number" }, String(team.number)),
      el("span", { class: "qs-who" }, row.name, row.members), row.marks, row.score, row.gain);
    this.rows.set(team.id, row);
    return row;
  }

  showMove(row, team) {
    const by = team.moved || 0;
    row.move.textContent = by > 0 ? `▲${by}` : by < 0 ? `▼${-by}` : "";
    row.move.className = `qs-move ${by > 0 ? "qs-up" : by < 0 ? "qs-down" : ""}`;
  }

  showMarks(row, team, state) {
    const active = Hall.activeTeam(state);
    const answered = !this.large && (state.answered || []).includes(team.id) && state.phase !== "revealed";
    row.node.classList.toggle("qs-active", Boolean(active && active.id === team.id && state.phase !== "round_over"));
    row.node.classList.toggle("qs-gone", team.out);
    // Once the answer is shown nobody is barred from anything, least of all who was right.
    row.node.classList.toggle("qs-barred", state.phase !== "revealed" && (state.buzz?.out || []).includes(team.id));
    row.node.classList.toggle("qs-in-tie", Boolean(state.tie && state.tie.teams.includes(team.id)));
    const fouls = Hall.fill(this.words.fouls_short, { count: team.fouls });
    row.marks.replaceChildren(...[
      answered && "✓",
      team.fouls > 0 && Hall.el("span", { class: "qs-foul", role: "img", "aria-label": fouls, title: fouls }, String(team.fouls)),
      team.out && this.words.gone,
    ].filter(Boolean));
  }

  // Points run to their new value, with what was won or lost beside them.
  count(row, points, still) {
    const from = row.shown;
    row.shown = points;
    cancelAnimationFrame(row.timer);
    if (from === null || from === points || still || Hall.calm.matches) {
      row.score.textContent = Hall.score(points);
      return;
    }
    const change = points - from;
    row.gain.textContent = Hall.signed(change);
    row.gain.className = `qs-gain qs-gain-shown ${change > 0 ? "qs-up" : "qs-down"}`;
    row.gain.addEventListener("animationend", () => { row.gain.className = "qs-gain"; }, { once: true });
    const begun = performance.now();
    const step = (time) => {
      const share = Math.min(1, Math.max(0, time - begun) / 900);
      row.score.textContent = Hall.score(Math.round(from + change * (1 - (1 - share) ** 3)));
      if (share < 1) row.timer = requestAnimationFrame(step);
    };
    row.timer = requestAnimationFrame(step);
  }
};
