"use strict";

// A text field for YAML: line numbers, colours, marked lines, indentation by Tab and Enter.
window.Bank = window.Bank || {};

Bank.Code = class {
  static INDENT = 2;
  // Quoted texts, keys (in a block or inside of braces), and comments.
  static TOKENS = /("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|((?:^\s*(?:- +)*|[{,]\s*)[A-Za-z_]\w*:(?=\s|$))|((?:^|\s)#.*$)/g;

  constructor(frame, moved) {
    this.field = frame.querySelector("textarea");
    this.back = frame.firstElementChild;
    this.lines = [];
    this.marks = new Map();
    this.leaving = false;
    this.moved = moved;
    frame.classList.add("is-live");
    this.field.addEventListener("input", () => this.draw());
    this.field.addEventListener("scroll", () => this.follow());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => { this.leaving = false; });
    document.addEventListener("selectionchange", () => { if (document.activeElement === this.field) this.here(); });
    new ResizeObserver(() => this.follow()).observe(this.field);
    this.draw();
  }

  get value() { return this.field.value; }

  // Only what has changed is replaced, so that undo stays small.
  set value(text) {
    const old = this.value;
    let start = 0;
    while (start < old.length && start < text.length && old[start] === text[start]) start += 1;
    let end = 0;
    while (end < old.length - start && end < text.length - start && old.at(-1 - end) === text.at(-1 - end)) end += 1;
    this.replace(start, old.length - end, text.slice(start, text.length - end));
  }

  replace(start, end, text) {
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(start, end);
    // The only way that leaves undo intact; where it fails, the text still goes in.
    const done = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
    if (!done) {
      this.field.setRangeText(text, start, end, "end");
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // Lines that are the same at the beginning and at the end stay as they are.
  draw() {
    const lines = this.value.split("\n");
    let first = 0;
    while (first < lines.length && first < this.lines.length && lines[first] === this.lines[first]) first += 1;
    let last = 0;
    const most = Math.min(lines.length, this.lines.length) - first;
    while (last < most && lines.at(-1 - last) === this.lines.at(-1 - last)) last += 1;
    for (let count = this.lines.length - last - first; count > 0; count -= 1) this.back.children[first].remove();
    const fresh = document.createDocumentFragment();
    for (const line of lines.slice(first, lines.length - last)) fresh.append(this.painted(line));
    this.back.insertBefore(fresh, this.back.children[first] || null);
    this.lines = lines;
    this.here();
    this.follow();
  }

  painted(line) {
    const row = document.createElement("div");
    let at = 0;
    for (const found of line.matchAll(Bank.Code.TOKENS)) {
      row.append(line.slice(at, found.index));
      const part = document.createElement("span");
      part.className = found[1] ? "qe-yaml-text" : found[2] ? "qe-yaml-key" : "qe-yaml-note";
      part.textContent = found[0];
      row.append(part);
      at = found.index + found[0].length;
    }
    row.append(line.slice(at));
    return row;
  }

  follow() { this.back.scrollTop = this.field.scrollTop; }

  // Line and column of the caret, from 1; columns count characters, as the lint does.
  place() {
    const before = this.value.slice(0, this.field.selectionStart);
    const start = before.lastIndexOf("\n") + 1;
    return { line: before.split("\n").length, column: [...before.slice(start)].length + 1 };
  }

  here() {
    const place = this.place();
    const row = this.back.children[place.line - 1];
    if (row !== this.row) {
      if (this.row) this.row.classList.remove("is-here");
      if (row) row.classList.add("is-here");
      this.row = row;
    }
    this.moved(place);
  }

  jump(line, column = 1) {
    const index = Math.min(Math.max(line, 1), this.lines.length) - 1;
    const start = this.lines.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
    const offset = [...this.lines[index]].slice(0, column - 1).join("").length;
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(start + offset, start + offset);
    this.field.scrollTop = this.back.children[index].offsetTop - this.field.clientHeight / 3;
    this.here();
  }

  mark(problems) {
    for (const row of this.back.querySelectorAll(".has-error, .has-warning")) row.classList.remove("has-error", "has-warning");
    for (const problem of problems) {
      const row = this.back.children[problem.line - 1];
      if (row) row.classList.add(`has-${problem.severity}`);
    }
  }

  key(event) {
    if (event.isComposing) return;
    const leaving = this.leaving;
    this.leaving = event.key === "Escape";
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Tab" && !leaving) {
      event.preventDefault();
      this.indent(event.shiftKey);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.newLine();
    } else if (event.key === "Shift") {
      // Esc, then Shift and Tab, leaves too.
      this.leaving = leaving;
    }
  }

  indent(back) {
    const { selectionStart: start, selectionEnd: end } = this.field;
    const from = this.value.lastIndexOf("\n", start - 1) + 1;
    const chosen = this.value.slice(start, end);
    if (!back && !chosen.includes("\n")) {
      const column = start - from;
      this.replace(start, end, " ".repeat(Bank.Code.INDENT - (column % Bank.Code.INDENT)));
      return;
    }
    const whole = this.value.slice(from, end);
    const moved = whole.split("\n").map((line) => (back ? line.replace(/^ {1,2}/, "") : line && " ".repeat(Bank.Code.INDENT) + line)).join("\n");
    if (moved === whole) return;
    this.replace(from, end, moved);
    if (chosen) this.field.setSelectionRange(from, from + moved.length);
    else this.field.setSelectionRange(Math.max(from, start - (whole.length - moved.length)), Math.max(from, start - (whole.length - moved.length)));
  }

  // A new line begins where the text of the last one does, deeper behind a colon.
  newLine() {
    const { selectionStart: start, selectionEnd: end } = this.field;
    const line = this.value.slice(this.value.lastIndexOf("\n", start - 1) + 1, start);
    const [space] = line.match(/^ *(?:- +)?/);
    const deeper = /:\s*$/.test(line) ? Bank.Code.INDENT : 0;
    this.replace(start, end, `\n${" ".repeat(space.length + deeper)}`);
  }
};
