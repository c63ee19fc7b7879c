"use strict";

// Marking without the mouse: Enter goes to the next key point, Ctrl+Enter saves.
(() => {
  const form = document.getElementById("marking");
  if (!form) return;
  const fields = [...form.querySelectorAll("[data-most]")];
  for (const button of form.querySelectorAll("[data-set]")) button.hidden = false;

  function judge(field) {
    const value = field.value.trim().replace("。", ".");
    const fits = /^\d+(\.\d+)?$/.test(value) && Number(value) <= Number(field.dataset.most);
    field.classList.toggle("is-bad", value !== "" && !fits);
    return fits;
  }

  function onward(field) {
    const next = fields[fields.indexOf(field) + 1];
    if (next) { next.focus(); next.select(); } else form.querySelector("[type=submit]").focus();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set]");
    if (!button) return;
    const field = button.parentElement.querySelector("[data-most]");
    field.value = button.dataset.set;
    judge(field);
    onward(field);
  });

  form.addEventListener("input", (event) => {
    if (event.target.dataset.most) judge(event.target);
  });

  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Enter" && fields.includes(event.target)) {
      event.preventDefault();
      onward(event.target);
    }
  });

  form.addEventListener("submit", (event) => {
    const faulty = fields.find((field) => !judge(field));
    if (!faulty) return;
    event.preventDefault();
    faulty.classList.add("is-bad");
    faulty.focus();
  });
})();
