"use strict";

// The code was scanned: one is signed in at once. Without scripts the button does it.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-sign-now]");
  // Coming back by the browser's button does not send it again.
  const [visit] = performance.getEntriesByType("navigation");
  if (form && !(visit && visit.type === "back_forward")) form.requestSubmit();
});
