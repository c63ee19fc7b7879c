"use strict";

// Answers whose page was closed before they had arrived: any own page delivers them, and says what
// became of them.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("sitting-leftover");
  const told = new Set();

  function tell(text, kind) {
    if (told.has(text)) return;
    told.add(text);
    const note = document.createElement("div");
    note.className = `alert alert-${kind} qe-alert`;
    note.textContent = text;
    box.append(note);
  }

  for (const sittingId of Sitting.Store.waiting(box.dataset.person)) {
    const store = new Sitting.Store(sittingId, box.dataset.person);
    const sync = new Sitting.Sync(`${box.dataset.api}/${sittingId}`, store, {
      status: () => {},
      stored: () => tell(box.dataset.delivered, "success"),
      late: (_questionId, problem) => tell(problem.detail, problem.scored ? "warning" : "danger"),
      refused: (text) => tell(text, "danger"),
    });
    sync.flush();
  }
});
