"use strict";

// The question as host and judge see it: with its answer, the explanation and where it rests.
Stage.Question = (() => {
  const { texts, el, icon } = Stage;

  function lines(text) {
    return String(text).split("\n").map((line) => el("p", {}, line));
  }

  function stem(question) {
    return el("div", { class: "st-stem" }, ...lines(question.stem));
  }

  function option(question, one, index, right) {
    const isRight = right.includes(one.key);
    return el("li", { class: isRight ? "st-option st-option-right" : "st-option" },
      el("span", { class: "st-letter" }, texts.letters[index]),
      el("span", { class: "st-option-text" }, one.text),
      isRight ? el("span", { class: "st-tick" }, icon("check"), el("span", { class: "visually-hidden" }, texts.verdicts.right)) : "");
  }

  function choices(question, answer) {
    const right = Array.isArray(answer) ? answer : [];
    return el("ol", { class: "st-options" }, ...question.options.map((one, index) => option(question, one, index, right)));
  }

  // Types that have no options to tick say their answer in lines.
  function answerBox(question, answer) {
    const found = Stage.Words.answerLines(question, answer);
    return found.length ? el("div", { class: "st-answer" }, icon("check"), el("div", {}, ...found.map((line) => el("p", {}, line)))) : "";
  }

  function isChoice(question) {
    return ["single", "multiple", "true_false"].includes(question.type);
  }

  function body(question, answer) {
    const parts = [stem(question)];
    if (isChoice(question)) parts.push(choices(question, answer));
    else if (question.type === "case") {
      (question.parts || []).forEach((part, index) => {
        parts.push(el("div", { class: "st-part" }, el("strong", {}, `(${index + 1})`), ...body(part, answer ? answer[part.id] : null)));
      });
    } else parts.push(answerBox(question, answer));
    return parts;
  }

  function basisText(one) {
    return typeof one === "string" ? one : Stage.inLanguage(one);
  }

  function notes(solution) {
    const parts = [];
    if ((solution.key_points || []).length) {
      parts.push(el("p", { class: "st-note-head" }, texts.keyPoints),
        el("ul", {}, ...solution.key_points.map((point) => el("li", {}, typeof point === "string" ? point : point.text))));
    }
    if (solution.explanation) parts.push(...lines(solution.explanation));
    if ((solution.basis || []).length) parts.push(el("p", { class: "st-basis" }, solution.basis.map(basisText).join("; ")));
    return parts;
  }

  // question: as in `public`; solution: as in `own`, or null.
  function draw(root, question, solution) {
    const head = el("div", { class: "st-question-head" },
      el("span", { class: "qe-badge qe-badge-info" }, texts.types[question.type] || question.type),
      el("code", {}, question.key));
    root.replaceChildren(head, ...body(question, solution ? solution.answer : null),
      solution ? el("div", { class: "st-notes" }, ...notes(solution)) : "");
  }

  return { draw };
})();
