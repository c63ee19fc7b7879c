"use strict";

// Keys of the console. A key does what its button does, and nothing where its button is off.
Stage.Keys = class {
  // acts: key → function; blocked() while a dialog is open.
  constructor(acts, blocked) {
    document.addEventListener("keydown", (event) => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || blocked()) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      // A button that has the focus keeps its own keys.
      if ((key === " " || key === "Enter") && event.target.closest("button, a, summary")) return;
      const act = acts[key] || (/^[1-9]$/.test(key) ? () => acts.digit(Number(key)) : null);
      if (!act) return;
      event.preventDefault();
      act();
    });
    // After a click the keyboard belongs to the whole page again: Space must not press it twice.
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && event.detail > 0 && !button.closest("dialog")) button.blur();
    });
  }
};
