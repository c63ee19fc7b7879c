"use strict";

// Print, copy an address, and send a form once.
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(button.dataset.copy);
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 1500);
});

// An intranet has pages without TLS, where browsers offer no clipboard.
async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

for (const form of document.querySelectorAll("form[data-once]")) {
  const buttons = () => form.querySelectorAll("[type=submit]");
  form.addEventListener("submit", () => setTimeout(() => { for (const button of buttons()) button.disabled = true; }));
  window.addEventListener("pageshow", () => { for (const button of buttons()) button.disabled = false; });
}

// To the first fault of a form.
document.querySelector(".is-invalid")?.focus();
