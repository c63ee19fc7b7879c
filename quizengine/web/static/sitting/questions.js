"use strict";

// Draws a question and reads its answer, in the shapes of the JSON API.
window.Sitting = window.Sitting || {};

Sitting.Questions = (() => {
  const LETTERS = "ABCDEFGHIJKL";
  let texts = {};

  // '1 point', '2.5 points'.
  function pointsText(points) {
    return (Number(points) === 1 ? texts.point : texts.points).replace("%(points)s", points);
  }

  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") node.className = value;
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  function paragraphs(text) {
    return text.split("\n").map((line) => el("p", {}, line));
  }

  // Choice: one radio or checkbox an option.
  function choice(question, answer, id, change, kind) {
    const chosen = new Set(answer || []);
    const list = el("div", { class: "qe-options", role: kind === "radio" ? "radiogroup" : "group", "aria-labelledby": `${id}-stem` });
    question.options.forEach((option, index) => {
      const input = el("input", { type: kind, name: id, value: option.key, id: `${id}-${option.key}`, class: "form-check-input" });
      input.checked = chosen.has(option.key);
      input.addEventListener("change", () => {
        const keys = [...list.querySelectorAll("input:checked")].map((node) => node.value);
        change(keys, true);
      });
      list.append(el("label", { class: "qe-option", for: input.id }, input,
        el("span", { class: "qe-option-letter", "aria-hidden": "true" }, LETTERS[index]),
        el("span", { class: "qe-option-text" }, option.text)));
    });
    return [stem(question, id), list];
  }

  function stem(question, id) {
    return el("div", { class: "qe-stem", id: `${id}-stem` }, ...paragraphs(question.stem));
  }

  // Blanks stand as fields inside of the stem; a stem without a mark gets its field behind it.
  function blanks(question, answer, id, change, numeric) {
    const units = question.units || [];
    const fields = [];
    const values = () => fields.map((field) => field.value.trim());
    const field = () => {
      const index = fields.length;
      const input = el("input", {
        type: "text", class: "form-control qe-blank", id: `${id}-${index}`, autocomplete: "off", maxlength: 200,
        inputmode: numeric ? "decimal" : undefined, "aria-label": texts.blank.replace("%(number)s", index + 1),
      });
      input.value = (answer || [])[index] || "";
      input.addEventListener("input", () => change(values(), false));
      input.addEventListener("change", () => change(values(), true));
      fields.push(input);
      const unit = units[index] ? el("span", { class: "qe-unit" }, units[index]) : "";
      return el("span", { class: "qe-blank-frame" }, input, unit);
    };
    const body = el("div", { class: "qe-stem qe-stem-blanks", id: `${id}-stem` });
    for (const line of question.stem.split("\n")) {
      const row = el("p");
      line.split(/_{3,}/).forEach((piece, index) => {
        if (index) row.append(field());
        row.append(piece);
      });
      body.append(row);
    }
    while (fields.length < (question.blanks || 1)) body.append(field());
    return [body];
  }

  function short(question, answer, id, change) {
    const area = el("textarea", { class: "form-control", id: `${id}-text`, rows: 7, maxlength: 8000, "aria-labelledby": `${id}-stem` });
    const count = el("div", { class: "qe-muted qe-count", "aria-hidden": "true" });
    const show = () => { count.textContent = `${area.value.length} / 8000`; };
    area.value = (answer || [])[0] || "";
    area.addEventListener("input", () => { show(); change(area.value.trim() ? [area.value] : [], false); });
    area.addEventListener("change", () => change(area.value.trim() ? [area.value] : [], true));
    show();
    return [stem(question, id), area, count];
  }

  // Steps are moved by buttons, so that keyboard, mouse and finger all work alike.
  function order(question, answer, id, change) {
    const byKey = new Map(question.options.map((option) => [option.key, option.text]));
    let keys = answer && answer.length === byKey.size ? [...answer] : [...byKey.keys()];
    let given = Boolean(answer && answer.length);
    const list = el("ol", { class: "qe-order", "aria-labelledby": `${id}-stem` });
    const accept = el("button", { type: "button", class: "btn btn-outline-primary btn-sm" }, texts.keepOrder);
    const give = () => { given = true; accept.hidden = true; change([...keys], true); };
    const move = (from, to) => {
      const [key] = keys.splice(from, 1);
      keys.splice(to, 0, key);
      draw();
      give();
      const direction = to < from ? "up" : "down";
      const focus = list.children[to].querySelector(`[data-move=${direction}]:not(:disabled)`) || list.children[to].querySelector("button:not(:disabled)");
      focus.focus();
    };
    const button = (index, to, direction, label) => {
      const node = el("button", { type: "button", class: "btn btn-outline-secondary", "data-move": direction, "aria-label": label, disabled: to < 0 || to >= keys.length }, direction === "up" ? "↑" : "↓");
      node.addEventListener("click", () => move(index, to));
      return node;
    };
    function draw() {
      list.replaceChildren(...keys.map((key, index) => {
        const text = byKey.get(key);
        return el("li", { class: "qe-step" }, el("span", { class: "qe-step-number", "aria-hidden": "true" }, String(index + 1)), el("span", { class: "qe-step-text" }, text),
          el("span", { class: "qe-step-buttons" }, button(index, index - 1, "up", texts.moveUp.replace("%(step)s", text)), button(index, index + 1, "down", texts.moveDown.replace("%(step)s", text))));
      }));
    }
    draw();
    accept.hidden = given;
    accept.addEventListener("click", give);
    return [stem(question, id), list, accept];
  }

  function match(question, answer, id, change) {
    const pairs = { ...(answer || {}) };
    const list = el("div", { class: "qe-match" });
    question.left.forEach((left) => {
      const select = el("select", { class: "form-select", id: `${id}-${left.key}` }, el("option", { value: "" }, texts.choose),
        ...question.options.map((right) => el("option", { value: right.key }, right.text)));
      select.value = pairs[left.key] || "";
      select.addEventListener("change", () => {
        if (select.value) pairs[left.key] = select.value;
        else delete pairs[left.key];
        change({ ...pairs }, true);
      });
      list.append(el("div", { class: "qe-pair" }, el("label", { for: select.id }, left.text), select));
    });
    return [stem(question, id), list];
  }

  function parts(question, answer, id, change) {
    const given = { ...(answer || {}) };
    const nodes = [el("div", { class: "qe-scenario", id: `${id}-stem` }, ...paragraphs(question.stem))];
    question.parts.forEach((part, index) => {
      const box = el("fieldset", { class: "qe-part" }, el("legend", { class: "qe-part-head" }, `(${index + 1}) ${texts.types[part.type]}`, " ",
        el("span", { class: "qe-muted" }, pointsText(part.points))));
      box.append(...draw(part, given[part.id], `${id}-${part.id}`, (value, done) => {
        if (isEmpty(value)) delete given[part.id];
        else given[part.id] = value;
        change({ ...given }, done);
      }));
      nodes.push(box);
    });
    return nodes;
  }

  const drawers = {
    single: (q, a, id, c) => choice(q, a, id, c, "radio"),
    true_false: (q, a, id, c) => choice(q, a, id, c, "radio"),
    multiple: (q, a, id, c) => choice(q, a, id, c, "checkbox"),
    fill: (q, a, id, c) => blanks(q, a, id, c, false),
    numeric: (q, a, id, c) => blanks(q, a, id, c, true),
    short, order, match, case: parts,
  };

  // change(answer, done): done is false while the person is still typing.
  function draw(question, answer, id, change) {
    return drawers[question.type](question, answer, id, change);
  }

  function isEmpty(answer) {
    if (answer === undefined || answer === null) return true;
    const values = Array.isArray(answer) ? answer : Object.values(answer);
    return values.every((value) => (typeof value === "object" ? isEmpty(value) : value === ""));
  }

  function emptyAnswer(question) {
    return question.type === "match" || question.type === "case" ? {} : [];
  }

  return { draw, isEmpty, emptyAnswer, el, pointsText, useTexts(given) { texts = given; } };
})();
