"use strict";

// The form of a new exam: what is ticked in the tree, quick windows, and a check as one goes.
(() => {
  const form = document.getElementById("plan");
  if (!form) return;
  form.classList.add("qe-scripted");
  const boxes = [...form.querySelectorAll("[data-path]")];

  // A ticked unit takes in those below it: they show it, and can't be changed on their own.
  function spread() {
    const ticked = boxes.filter((box) => box.checked && !box.dataset.within).map((b) => b.dataset.path);
    for (const box of boxes) {
      const within = ticked.some((path) => path !== box.dataset.path && box.dataset.path.startsWith(path));
      if (within) {
        box.checked = true;
        box.dataset.within = "yes";
      } else if (box.dataset.within) {
        box.checked = false;
        delete box.dataset.within;
      }
      box.disabled = within;
    }
  }

  const opens = form.elements.opens_at;
  const closes = form.elements.closes_at;
  const pad = (number) => String(number).padStart(2, "0");

  // The fields hold times of the site's zone, whatever the zone of this computer.
  function siteNow() {
    const zone = form.dataset.zone;
    const parts = Object.fromEntries(
      new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" })
        .formatToParts(new Date()).map((p) => [p.type, p.value]),
    );
    return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
  }

  function later(text, days) {
    const date = new Date(`${text}:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}T${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
  }

  for (const row of form.querySelectorAll(".qe-quick")) row.hidden = false;
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-start], [data-days]");
    if (!button) return;
    if (button.dataset.start) {
      const length = new Date(`${closes.value}:00Z`) - new Date(`${opens.value}:00Z`);
      opens.value = siteNow();
      if (length > 0) closes.value = later(opens.value, Math.max(1, Math.round(length / 86400000)));
    } else {
      closes.value = later(opens.value || siteNow(), Number(button.dataset.days));
    }
    check();
  });

  const outlook = document.getElementById("outlook");
  let timer = 0;
  let latest = 0;
  function check() {
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const turn = ++latest;
      try {
        const answer = await fetch(form.dataset.check, {
          method: "POST", body: new FormData(form), headers: { "X-Fragment": "1" },
        });
        if (answer.ok && turn === latest) outlook.innerHTML = await answer.text();
      } catch {
        // Without a connection the check comes when the exam is opened.
      }
    }, 400);
  }

  form.addEventListener("change", (event) => {
    if (event.target.dataset.path) spread();
    check();
  });

  // One click opens one exam.
  form.addEventListener("submit", () => {
    window.setTimeout(() => { for (const b of form.querySelectorAll("[type=submit]")) b.disabled = true; });
  });
  window.addEventListener("pageshow", () => {
    for (const b of form.querySelectorAll("[type=submit]")) b.disabled = false;
  });
  spread();
})();
