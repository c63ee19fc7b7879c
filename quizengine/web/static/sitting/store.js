"use strict";

// Answers that the server has not acknowledged yet, kept in the browser so that neither a lost
// network nor a reload loses them. What the server has confirmed is removed at once: an office PC
// is shared.
window.Sitting = window.Sitting || {};

Sitting.UNSENT = "quizengine-unsent-";

Sitting.Store = class {
  constructor(sittingId, person) {
    this.key = `${Sitting.UNSENT}${sittingId}-${person}`;
    this.memory = {};
    this.counter = `quizengine-count-${sittingId}-${person}`;
    this.last = 0;
  }

  // A number for an answer, above all that any tab of this browser has given. The server's time,
  // so that over several devices the newest answer wins; the tabs' clocks differ by the time that
  // each page took to load, hence the shared counter.
  number(serverNow) {
    try {
      this.last = Math.max(this.last, Number(localStorage.getItem(this.counter)) || 0);
    } catch {
      // No storage: this tab counts for itself.
    }
    this.last = Math.max(Math.floor(serverNow), this.last + 1);
    try {
      localStorage.setItem(this.counter, String(this.last));
    } catch {
      // As above.
    }
    return this.last;
  }

  forget() {
    try {
      localStorage.removeItem(this.counter);
    } catch {
      // As above.
    }
  }

  // Ids of sittings of which answers of this person wait here.
  static waiting(person) {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(Sitting.UNSENT) && key.endsWith(`-${person}`))
        .map((key) => key.slice(Sitting.UNSENT.length, -`-${person}`.length));
    } catch {
      return [];
    }
  }

  // question id → {answer, seq}
  all() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return this.memory;
    }
  }

  write(pending) {
    this.memory = pending;
    try {
      if (Object.keys(pending).length) localStorage.setItem(this.key, JSON.stringify(pending));
      else localStorage.removeItem(this.key);
    } catch {
      // Private windows may refuse storage: the answers then live as long as the page.
    }
  }

  put(questionId, answer, seq) {
    this.write({ ...this.all(), [questionId]: { answer, seq } });
  }

  // Forget an answer that has arrived, unless a newer one was given meanwhile.
  drop(questionId, seq) {
    const pending = this.all();
    if (pending[questionId] && pending[questionId].seq <= seq) {
      delete pending[questionId];
      this.write(pending);
    }
  }

  get count() {
    return Object.keys(this.all()).length;
  }
};
