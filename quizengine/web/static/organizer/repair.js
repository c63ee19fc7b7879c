"use strict";

// The other right answer is asked for only where one is to be accepted.
(() => {
  const form = document.getElementById("repair");
  const extra = form && form.querySelector("[data-for=accept]");
  if (!extra) return;
  function show() {
    extra.hidden = form.elements.action.value !== "accept";
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "action") show();
    // What was checked before is not what would be done now.
    for (const button of form.querySelectorAll("[name=confirmed]")) button.disabled = true;
  });
  show();
})();
