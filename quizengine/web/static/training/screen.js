"use strict";

// The code on the screen: asked for anew when it changes, and the number of people every few seconds.
document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-code-url]");
  if (!page) return;
  const ASK_EVERY_MS = 5000;
  const bar = page.querySelector("progress");
  const lost = page.querySelector(".qe-sign-lost");
  let changesAt = performance.now() + Number(page.dataset.left) * 1000;
  let asking = false;

  function show(state) {
    page.querySelector(".qe-sign-qr").src = state.qr;
    page.querySelector(".qe-sign-code").textContent = state.code;
    page.querySelector("[data-signed]").textContent = state.signed;
    page.querySelector("[data-listed]").textContent = state.listed;
    changesAt = performance.now() + state.left_s * 1000;
    lost.hidden = true;
  }

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const response = await fetch(page.dataset.codeUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
      // Closed meanwhile, or signed out: the page itself says which.
      if (response.status === 401 || response.status === 409 || response.redirected) location.reload();
      else if (response.ok) show(await response.json());
      else lost.hidden = false;
    } catch {
      lost.hidden = false;
    } finally {
      asking = false;
    }
  }

  window.setInterval(() => {
    const left = (changesAt - performance.now()) / 1000;
    bar.value = Math.max(left, 0);
    if (left <= 0) ask();
  }, 250);
  window.setInterval(ask, ASK_EVERY_MS);
});
