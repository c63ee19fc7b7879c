"use strict";

// What is left until an opening or a closing; when it comes, the page is loaded anew.
document.addEventListener("DOMContentLoaded", () => {
  const spans = [...document.querySelectorAll("[data-until]")];
  if (!spans.length) return;
  const pad = (number) => String(number).padStart(2, "0");
  let timer = 0;

  function show() {
    for (const span of spans) {
      const left = Math.ceil((Date.parse(span.dataset.until) - Date.now()) / 1000);
      if (left <= 0) {
        window.clearInterval(timer);
        // A clock that is ahead of the server's must not load the page again and again.
        window.setTimeout(() => location.reload(), 3000);
        return;
      }
      const days = Math.floor(left / 86400);
      const clock = [Math.floor((left % 86400) / 3600), Math.floor((left % 3600) / 60), left % 60].map(pad).join(":");
      span.querySelector("[data-left]").textContent = days ? `${span.dataset.days.replace("%(count)s", days)} ${clock}` : clock;
    }
  }
  show();
  timer = window.setInterval(show, 1000);
});
