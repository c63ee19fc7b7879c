"use strict";

// Show what is typed into a password field while its switch is on.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-qe-reveal]");
  if (!button) return;
  const input = document.getElementById(button.dataset.qeReveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});

// Escape closes the menu of a phone, and the focus goes back to its button.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".navbar-collapse.show");
  if (!menu || document.querySelector(".dropdown-menu.show, .modal.show")) return;
  bootstrap.Collapse.getOrCreateInstance(menu).hide();
  document.querySelector(".navbar-toggler").focus();
});
