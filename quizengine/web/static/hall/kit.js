"use strict";

// What the pages of a live contest share: nodes, texts, places of teams, and clocks.
window.Hall = (() => {
  const HIDDEN_PARTS = new Set(["", null, undefined, false]);

  // Children that are empty are left out, so that callers can write conditions in place.
  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") node.className = value;
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => !HIDDEN_PARTS.has(child)));
    return node;
  }

  // A JSON block of the page.
  function data(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  // 'Round %(index)s of %(of)s' with values for its names.
  function fill(text, values) {
    return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  // A title in two languages; either may be all there is.
  function named(title, language) {
    if (!title) return "";
    return language === "en" ? title.en || title.zh : title.zh || title.en;
  }

  // '+10', '−5': with a real minus sign.
  function signed(points) {
    return points > 0 ? `+${points}` : points < 0 ? `\u2212${-points}` : "0";
  }

  function score(points) {
    return points < 0 ? `\u2212${-points}` : String(points);
  }

  // How wide a line is, in Chinese characters.
  function widthOf(text) {
    return [...text].reduce((sum, char) => sum + (char.codePointAt(0) > 0x2e7f ? 1 : 0.56), 0);
  }

  // A team's name that knows how long it is: the longer, the smaller, and on more lines.
  function teamName(name) {
    return nameTeam(el("span", { class: "qs-team-name" }), name);
  }

  function nameTeam(node, name) {
    const width = widthOf(name);
    node.textContent = name;
    node.style.setProperty("--name", Math.max(1, width).toFixed(1));
    node.classList.toggle("qs-long", width > 16);
    return node;
  }

  function teamOf(state, id) {
    return state.teams.find((team) => team.id === id) || null;
  }

  // Who is asked to do something now: who buzzed first, or whose turn it is.
  function activeTeam(state) {
    const id = state.buzz?.winner ?? state.turn?.team ?? null;
    return id === null ? null : teamOf(state, id);
  }

  // Milliseconds left on a clock and as a share of the whole; null without a clock.
  function timeLeft(clock, now) {
    if (!clock) return null;
    const left = clock.ends_at === null ? clock.left_ms ?? 0 : clock.ends_at - now;
    const ms = Math.max(0, Math.min(left, clock.total_ms));
    return { ms, share: clock.total_ms ? ms / clock.total_ms : 0, running: clock.ends_at !== null };
  }

  // Seconds as a person counts them: 1 until the very end; from two minutes on as 2:00.
  function clockText(ms) {
    const seconds = Math.ceil(ms / 1000);
    if (seconds < 120) return String(seconds);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  // 0.312 for 312.4
  function secondsText(ms) {
    return (ms / 1000).toFixed(3);
  }

  function letter(index) {
    return String.fromCharCode(65 + index);
  }

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  return { el, data, fill, named, signed, score, teamOf, teamName, nameTeam, widthOf, activeTeam, timeLeft, clockText, secondsText, letter, calm };
})();
