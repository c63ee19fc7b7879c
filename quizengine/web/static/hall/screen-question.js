"use strict";

// A question on the big screen: as large as its place allows, and never too small for the last row.
Hall.ScreenQuestion = (() => {
  const el = Hall.el;
  // The smallest size, as a share of the largest, at which text still is at least 4.5 % of the height.
  const LEAST = 0.66;
  const PLAIN = 0.82;
  const ROOMS = ["qs-few", "qs-wide", "qs-dense"];

  function paragraphs(text) {
    return text.split("\n").map((line) => el("p", {}, ...withBlanks(line)));
  }

  // Blanks are drawn as lines, however many underscores stand for one.
  function withBlanks(line) {
    const pieces = line.split(/_{3,}/);
    return pieces.flatMap((piece, index) => (index ? [el("span", { class: "qs-blank" }), piece] : [piece]));
  }

  function option(one, index) {
    return el("li", { class: "qs-option", "data-key": one.key },
      el("span", { class: "qs-letter" }, Hall.letter(index)), el("span", { class: "qs-option-text" }, one.text),
      el("span", { class: "qs-share", "aria-hidden": "true" }));
  }

  function pairs(question) {
    const side = (list, name) => el("ol", { class: `qs-options qs-${name}` },
      list.map((one, index) => el("li", { class: "qs-option", "data-key": one.key },
        el("span", { class: "qs-letter" }, name === "left" ? String(index + 1) : Hall.letter(index)), el("span", { class: "qs-option-text" }, one.text))));
    return el("div", { class: "qs-pairs" }, side(question.options, "left"), side(question.right, "right-side"));
  }

  function choices(question) {
    if (question.type === "match") return pairs(question);
    if (!question.options || !question.options.length) return null;
    return el("ol", { class: "qs-options" }, question.options.map(option));
  }

  function parts(question) {
    return (question.parts || []).map((part, index) => el("div", { class: "qs-part" },
      el("div", { class: "qs-stem" }, el("p", {}, `（${index + 1}）`, ...withBlanks(part.stem))), choices(part)));
  }

  function draw(question) {
    return el("div", { class: `qs-question qs-type-${question.type}` },
      el("div", { class: "qs-stem" }, ...paragraphs(question.stem)), choices(question), ...parts(question));
  }

  const textOf = (list, key) => (list || []).find((one) => one.key === key)?.text ?? key;

  function letters(question, keys) {
    return keys.map((key) => Hall.letter(question.options.findIndex((one) => one.key === key)));
  }

  // The right answer in words, for types whose options do not show it.
  function answerText(question, answer, words) {
    if (answer === null || answer === undefined) return "";
    if (question.type === "order") return letters(question, answer).join(" → ");
    if (question.type === "match") {
      return Object.entries(answer).map(([left, right]) => `${textOf(question.options, left)} — ${textOf(question.right, right)}`).join(words.semicolon);
    }
    if (question.type === "fill" || question.type === "numeric") {
      return answer.map((value, index) => `${value}${(question.units || [])[index] || ""}`).join(words.semicolon);
    }
    if (question.type === "short") return answer.join("\n");
    if (question.type === "case") return caseAnswer(question, answer, words);
    return letters(question, answer).join("");
  }

  function caseAnswer(question, answer, words) {
    return (question.parts || []).map((part, index) => `（${index + 1}）${answerText(part, answer[part.id], words)}`).join(words.semicolon);
  }

  function mark(node, question) {
    const solved = question.answer !== null && ["single", "multiple", "true_false"].includes(question.type);
    const right = new Set(solved ? question.answer : []);
    node.classList.toggle("qs-solved", solved);
    for (const one of node.querySelectorAll(".qs-option[data-key]")) {
      one.classList.toggle("qs-right", right.has(one.dataset.key));
    }
  }

  // How many of the audience chose each option.
  function tally(node, counts) {
    const total = Object.values(counts || {}).reduce((sum, count) => sum + count, 0);
    for (const one of node.querySelectorAll(".qs-option[data-key]")) {
      const share = one.querySelector(".qs-share");
      if (!share) continue;
      const part = total ? (counts[one.dataset.key] || 0) / total : 0;
      one.classList.toggle("qs-with-share", total > 0);
      one.style.setProperty("--share", part);
      share.textContent = total ? `${Math.round(part * 100)}%` : "";
    }
  }

  function solution(question, words) {
    if (question.answer === null) return null;
    const basis = (question.basis || []).map((one) => Hall.named(one, words.language));
    return el("div", { class: "qs-solution" },
      el("div", { class: "qs-solution-answer" }, el("span", { class: "qs-label" }, words.right_answer), el("strong", {}, answerText(question, question.answer, words))),
      question.explanation && el("p", { class: "qs-explanation" }, question.explanation),
      basis.length > 0 && el("p", { class: "qs-basis" }, el("span", { class: "qs-label" }, words.basis), basis.join(words.semicolon)));
  }

  // Shrink until it fits, in one column of options or two. Then more room is made: the board's, that
  // of options that turned out wrong, that of margins. What still is too long scrolls by itself.
  function fit(area, stage) {
    const lists = [...area.querySelectorAll("ol.qs-options:not(.qs-left, .qs-right-side)")];
    const excess = () => area.scrollHeight - area.clientHeight;
    const columns = (two) => lists.forEach((list) => list.classList.toggle("qs-two", two));
    const trial = (two, least) => {
      columns(two);
      for (let size = 1; size >= least - 0.001; size -= 0.04) {
        area.style.setProperty("--fit", size.toFixed(2));
        if (excess() <= 1) return true;
      }
      return false;
    };
    // One below the other is read most easily, if they are large enough.
    const shrink = () => (!shortOptions(lists) && trial(false, longOptions(lists) ? LEAST : PLAIN)) || trial(true, LEAST) || trial(false, LEAST);
    stage.classList.remove(...ROOMS, "qs-scrolls");
    // Beside the shares of the audience the wrong options are the news as well.
    const rooms = area.querySelector(".qs-with-share") ? ["qs-wide", "qs-few", "qs-dense"] : ROOMS;
    const done = shrink() || rooms.some((room) => { stage.classList.add(room); return shrink(); });
    area.style.setProperty("--excess", `${Math.max(0, excess())}px`);
    stage.classList.toggle("qs-scrolls", !done);
  }

  const lengths = (lists) => lists.flatMap((list) => [...list.querySelectorAll(".qs-option-text")].map((one) => one.textContent.length));

  // Such as would break into three lines where there are two columns.
  const longOptions = (lists) => lengths(lists).some((length) => length > 17);

  function shortOptions(lists) {
    return lists.every((list) => list.children.length > 2) && lengths(lists).every((length) => length <= 10);
  }

  const release = (stage) => stage.classList.remove(...ROOMS, "qs-scrolls");

  return { draw, mark, tally, solution, fit, release };
})();
