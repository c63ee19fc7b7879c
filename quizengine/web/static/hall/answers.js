"use strict";

// Fields to answer a question on a phone, for teams and the audience; answers have the API's shape.
Hall.Answers = (() => {
  const { el, fill, letter } = Hall;

  function stem(question) {
    return el("div", { class: "hp-stem", id: "stem" }, question.stem.split("\n").map((line) => el("p", {}, line)));
  }

  function choice(question, answer, words, change, kind) {
    const chosen = new Set(answer || []);
    const list = el("div", { class: "hp-options", role: kind === "radio" ? "radiogroup" : "group", "aria-labelledby": "stem" });
    question.options.forEach((one, index) => {
      const input = el("input", { type: kind, name: "answer", value: one.key, checked: chosen.has(one.key) });
      input.addEventListener("change", () => change([...list.querySelectorAll("input:checked")].map((node) => node.value)));
      list.append(el("label", { class: "hp-option" }, input, el("span", { class: "hp-letter", "aria-hidden": "true" }, letter(index)), el("span", {}, one.text)));
    });
    return [stem(question), list];
  }

  // Blanks stand in the stem; a stem without marks gets its fields behind it.
  function blanks(question, answer, words, change) {
    const fields = [];
    const field = () => {
      const index = fields.length;
      const input = el("input", {
        type: "text", class: "hp-blank", maxlength: 200, autocomplete: "off", enterkeyhint: "done", "aria-label": fill(words.blank, { number: index + 1 }),
        inputmode: question.type === "numeric" ? "decimal" : null,
      });
      input.value = (answer || [])[index] || "";
      input.addEventListener("input", () => change(fields.map((one) => one.value.trim())));
      fields.push(input);
      const unit = (question.units || [])[index];
      return el("span", { class: "hp-blank-frame" }, input, unit);
    };
    const body = el("div", { class: "hp-stem", id: "stem" }, question.stem.split("\n").map((line) =>
      el("p", {}, line.split(/_{3,}/).flatMap((piece, index) => (index ? [field(), piece] : [piece])))));
    while (fields.length < (question.blanks || 1)) body.append(field());
    return [body];
  }

  function move(keys, from, to) {
    const moved = [...keys];
    moved.splice(to, 0, ...moved.splice(from, 1));
    return moved;
  }

  // Steps are moved by buttons: finger, mouse and keyboard all work alike.
  function order(question, answer, words, change) {
    const texts = new Map(question.options.map((one) => [one.key, one.text]));
    let keys = answer && answer.length === texts.size ? answer : [...texts.keys()];
    const list = el("ol", { class: "hp-steps", "aria-labelledby": "stem" });
    const button = (from, to, sign, label) => {
      const node = el("button", { type: "button", class: "hp-move", "aria-label": fill(label, { step: texts.get(keys[from]) }), disabled: to < 0 || to >= keys.length }, sign);
      node.addEventListener("click", () => {
        keys = move(keys, from, to);
        draw();
        (list.children[to].querySelector(`button:nth-of-type(${to < from ? 1 : 2}):enabled`) || list.children[to].querySelector("button:enabled")).focus();
        change(keys);
      });
      return node;
    };
    // Letters as on the big screen, so that team-mates can talk about them.
    const letters = new Map(question.options.map((one, index) => [one.key, letter(index)]));
    function draw() {
      list.replaceChildren(...keys.map((key, index) => el("li", { class: "hp-step" },
        el("span", { class: "hp-letter", "aria-hidden": "true" }, letters.get(key)), el("span", { class: "hp-step-text" }, texts.get(key)),
        button(index, index - 1, "↑", words.move_up), button(index, index + 1, "↓", words.move_down))));
    }
    draw();
    change(keys);
    return [stem(question), list];
  }

  function match(question, answer, words, change) {
    const pairs = { ...(answer || {}) };
    const rows = question.options.map((left) => {
      const select = el("select", {}, el("option", { value: "" }, words.pick), question.right.map((right) => el("option", { value: right.key }, right.text)));
      select.value = pairs[left.key] || "";
      select.addEventListener("change", () => {
        if (select.value) pairs[left.key] = select.value;
        else delete pairs[left.key];
        change({ ...pairs });
      });
      return el("label", { class: "hp-pair" }, el("span", {}, left.text), select);
    });
    return [stem(question), el("div", { class: "hp-pairs" }, rows)];
  }

  const drawers = {
    single: (...given) => choice(...given, "radio"),
    true_false: (...given) => choice(...given, "radio"),
    multiple: (...given) => choice(...given, "checkbox"),
    fill: blanks, numeric: blanks, order, match,
  };

  // change(answer) with each new value; order gives its first one at once.
  function draw(question, answer, words, change) {
    const drawer = drawers[question.type];
    return drawer ? drawer(question, answer, words, change) : [stem(question), el("p", {}, words.spoken)];
  }

  function isComplete(question, answer) {
    if (!answer) return false;
    if (question.type === "match") return Object.keys(answer).length === question.options.length;
    if (question.type === "fill" || question.type === "numeric") return answer.length > 0 && answer.every(Boolean);
    return answer.length > 0;
  }

  // An answer in words: 'A, C', '书面；标志'.
  function text(question, answer, words) {
    if (!answer) return words.none;
    const keyed = (key) => letter(question.options.findIndex((one) => one.key === key));
    const byType = {
      order: () => answer.map(keyed).join(" → "),
      match: () => question.options.filter((left) => answer[left.key]).map((left) => `${left.text} — ${question.right.find((right) => right.key === answer[left.key])?.text}`).join(words.semicolon),
      fill: () => answer.join(words.semicolon),
      numeric: () => answer.map((value, index) => `${value}${(question.units || [])[index] || ""}`).join(words.semicolon),
    };
    return (byType[question.type] || (() => [...answer].map(keyed).sort().join("")))();
  }

  // The question to read, without fields; with the right options marked once it is revealed.
  function shown(question) {
    const right = new Set(Array.isArray(question.answer) ? question.answer : []);
    const solved = question.answer !== null && ["single", "multiple", "true_false"].includes(question.type);
    const options = question.options.map((one, index) => el("li", { class: `hp-option hp-option-still${solved && right.has(one.key) ? " hp-right" : ""}` },
      el("span", { class: "hp-letter" }, letter(index)), el("span", {}, one.text)));
    return [stem(question), question.type !== "match" && options.length > 0 && el("ol", { class: "hp-options" }, options)];
  }

  // Letters and digits of a keyboard choose options.
  function onKey(event, root) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=text], select")) return;
    const index = /^[a-l]$/i.test(event.key) ? event.key.toLowerCase().charCodeAt(0) - 97 : /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
    const input = root.querySelectorAll(".hp-option input")[index];
    if (input) input.click();
  }

  return { draw, isComplete, text, shown, onKey };
})();
