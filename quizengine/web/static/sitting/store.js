"use strict";

// Answers that the server has not acknowledged yet, kept in the browser so that neither a lost
// network nor a reload loses them. What the server has confirmed is removed at once: an office PC
// is shared.
window.Sitting = window.Sitting || {};

Sitting.Store = class {
  constructor(sittingId, person) {
    this.key = `quizengine-unsent-${sittingId}-${person}`;
    this.memory = {};
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
