"use strict";

// One box ticks all boxes of its form with the name that it gives.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-qe-all]");
  if (!all) return;
  for (const box of all.form.querySelectorAll(`input[name="${all.dataset.qeAll}"]`)) {
    box.checked = all.checked;
  }
});

// What needs a ticked box is off without one.
for (const button of document.querySelectorAll("[data-qe-needs]")) {
  const form = button.closest("form");
  const follow = () => {
    button.disabled = !form.querySelector(`input[name="${button.dataset.qeNeeds}"]:checked`);
  };
  form.addEventListener("change", () => setTimeout(follow));
  follow();
}

// Fields that only count while a box is ticked.
for (const box of document.querySelectorAll("[data-qe-shows]")) {
  const shown = document.getElementById(box.dataset.qeShows);
  const follow = () => { shown.hidden = !box.checked; };
  box.addEventListener("change", follow);
  follow();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-qe-print]")) window.print();
});
