"use strict";

// Keeps the figures of an open exam up to date while the page is in sight.
(() => {
  const every = 5000;
  const part = document.getElementById("live");
  const note = document.getElementById("live-note");
  if (!part) return;
  let timer = 0;
  let running = false;
  let said = counts(part);

  function counts(root) {
    const stats = root.querySelector("[data-handed-in]");
    return stats ? `${stats.dataset.handedIn}/${stats.dataset.expected}` : "";
  }

  function keys(root) {
    return [...root.querySelectorAll("[data-live]")].map((el) => el.dataset.live).join(" ");
  }

  // Changes only what differs, so that neither the focus nor the place in a table is lost.
  function update(fresh) {
    const busy = part.contains(document.activeElement);
    if (keys(fresh) !== keys(part)) {
      if (!busy) part.replaceChildren(...fresh.childNodes);
      return;
    }
    for (const element of part.querySelectorAll("[data-live]")) {
      const other = fresh.querySelector(`[data-live="${element.dataset.live}"]`);
      if (element.innerHTML !== other.innerHTML && !element.contains(document.activeElement)) {
        element.innerHTML = other.innerHTML;
      }
    }
    const [picture, drawn] = [part, fresh].map((root) => root.querySelector("[data-live-src]"));
    if (picture && drawn && picture.getAttribute("src") !== drawn.getAttribute("src")) {
      picture.src = drawn.getAttribute("src");
      picture.alt = drawn.alt;
    } else if (!picture !== !drawn && !busy) {
      part.replaceChildren(...fresh.childNodes);
    }
  }

  function tell(fresh) {
    const now = counts(fresh);
    if (now === said) {
      if (note.dataset.state === "lost") note.textContent = "";
    } else {
      const [done, all] = now.split("/");
      note.textContent = note.dataset.updated.replace("%(done)s", done).replace("%(all)s", all);
    }
    note.dataset.state = "";
    said = now;
  }

  async function look() {
    if (running) return;
    running = true;
    try {
      const answer = await fetch(part.dataset.src, { headers: { "X-Fragment": "1" } });
      // A sign-in page instead of the figures: the whole page has to be loaded anew.
      if (answer.redirected) return window.location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = document.createElement("div");
      fresh.innerHTML = await answer.text();
      tell(fresh);
      update(fresh);
    } catch {
      if (note.dataset.state !== "lost") note.textContent = note.dataset.lost;
      note.dataset.state = "lost";
    } finally {
      running = false;
    }
  }

  function start() {
    window.clearInterval(timer);
    if (document.hidden) return;
    timer = window.setInterval(look, every);
  }

  document.addEventListener("visibilitychange", () => {
    start();
    if (!document.hidden) look();
  });
  start();
})();
