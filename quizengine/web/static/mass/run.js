"use strict";

// A challenge: one question after the other. The server alone knows what comes next; the page shows
// the state that it was told last, so that a reload or another device goes on at the same place.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("run");
  const texts = JSON.parse(document.getElementById("run-texts").textContent);
  const { draw, isEmpty, el, useTexts } = Sitting.Questions;
  const byId = (id) => document.getElementById(id);
  useTexts(texts);

  // Only how requests are made, and what is in their way; nothing is kept in the browser.
  const kept = { all: () => ({}), count: 0, key: "", drop: () => {} };
  const sync = new Sitting.Sync(root.dataset.api, kept, { status: () => {}, stored: () => {}, late: () => {}, refused: () => {} });

  let run = null;
  let answer = null;
  let offset = 0;
  let busy = false;
  let announced = Infinity;
  const serverNow = () => performance.now() + offset;

  // --- Asking the server, again and again until it decides ---

  async function ask(method, path, body) {
    if (busy) return;
    busy = true;
    showGo();
    let wait = 500;
    for (;;) {
      const asked = performance.now();
      const reply = await sync.call(method, path, body);
      if (reply && reply.ok) {
        offset = Date.parse(reply.data.server_now) - (asked + performance.now()) / 2;
        notice("");
        busy = false;
        take(reply.data);
        return;
      }
      if (reply && !sync.trouble) {
        // A decision against it: what the server knows is what counts.
        notice(reply.data.detail || String(reply.status));
        busy = false;
        if (method === "GET") return showGo();
        return ask("GET", "");
      }
      notice(sync.trouble === "signed-out" ? texts.signedOutRun : texts.lost);
      await new Promise((done) => { setTimeout(done, wait); });
      wait = Math.min(wait * 2, 8000);
    }
  }

  function notice(text) {
    byId("run-notice").replaceChildren(...(text ? [el("div", { class: "alert alert-danger qe-alert" }, text)] : []));
  }

  // --- What is shown ---

  function take(fresh) {
    const before = run;
    run = fresh;
    byId("run-right").textContent = run.right;
    byId("run-right-text").textContent = texts.streak.replace("%(count)s", run.right);
    drawLadder();
    if (run.step) {
      if (!before || !before.step || before.step.number !== run.step.number) drawStep();
    } else if (run.last) {
      drawDone(run.last);
    } else if (run.state === "open") {
      ask("POST", "/steps", {});
      return;
    } else {
      leave();
      return;
    }
    showGo();
  }

  function drawLadder() {
    const done = run.last ? run.last.number : 0;
    byId("run-ladder").replaceChildren(...Array.from({ length: run.total }, (_none, at) => {
      const missed = run.last && run.last.outcome !== "right" && at === done - 1;
      return el("span", { class: missed ? "ms-rung ms-rung-missed" : at < run.right ? "ms-rung ms-rung-done" : "ms-rung" });
    }));
  }

  function head(number, question) {
    const text = texts.progress.replace("%(number)s", number).replace("%(total)s", run.total);
    return el("div", { class: "qe-question-head" }, el("h2", { id: "run-head", tabindex: "-1" }, text), el("span", { class: "qe-badge qe-badge-info" }, texts.types[question.type]));
  }

  function drawStep() {
    const { number, question } = run.step;
    answer = null;
    announced = Infinity;
    const hint = texts.hints[question.type];
    const body = draw(question, null, `s${number}`, (given) => { answer = given; showGo(); });
    byId("run-body").className = "";
    byId("run-body").replaceChildren(head(number, question), hint ? el("p", { class: "qe-muted" }, hint) : "", ...body);
    byId("run-head").focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }

  function drawDone(last) {
    const right = last.outcome === "right";
    const verdict = { right: texts.right, wrong: texts.wrong, late: texts.late }[last.outcome];
    const shown = draw(last.question, last.answer, `d${last.number}`, () => {});
    const parts = [
      el("div", { class: `ms-verdict ms-verdict-${right ? "right" : "wrong"}` }, el("span", { "aria-hidden": "true" }, right ? "✓" : "✗"), el("h2", { id: "run-head", tabindex: "-1" }, verdict)),
      ...shown,
    ];
    if (!right) parts.push(el("div", { class: "ms-correct" }, el("strong", {}, texts.correct), ...correctLines(last)));
    parts.push(el("p", { class: "ms-why" }, last.explanation));
    if (run.citations.length) parts.push(el("div", { class: "qe-muted mb-3" }, el("strong", {}, texts.basis), ...run.citations.map((line) => el("div", {}, line))));
    parts.push(el("p", { class: "qe-muted" }, run.state === "open" ? texts.ready : texts.endings[run.ending]));
    byId("run-body").className = right ? "ms-done-right" : "ms-done-wrong";
    byId("run-body").replaceChildren(...parts);
    mark(last);
    byId("run-announce").textContent = `${verdict} ${texts.streak.replace("%(count)s", run.right)}`;
    byId("run-head").focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }

  // The options as they were chosen, with the right ones shown.
  function mark(last) {
    const body = byId("run-body");
    for (const node of body.querySelectorAll("input, textarea, select, button")) node.disabled = true;
    for (const option of body.querySelectorAll(".qe-option")) {
      const { value, checked } = option.querySelector("input");
      if (last.correct.includes(value)) option.classList.add("ms-option-right");
      else if (checked) option.classList.add("ms-option-wrong");
    }
  }

  function correctLines({ question, correct }) {
    const options = new Map(question.options.map((option, at) => [option.key, { text: option.text, letter: "ABCDEFGHIJKL"[at] }]));
    if (question.type === "match") {
      const left = new Map(question.left.map((item) => [item.key, item.text]));
      return Object.entries(correct).map(([key, other]) => el("div", {}, `${left.get(key)} → ${options.get(other).text}`));
    }
    if (question.type === "order") return correct.map((key, at) => el("div", {}, `${at + 1}. ${options.get(key).text}`));
    if (options.size) return question.options.filter((o) => correct.includes(o.key)).map((o) => el("div", {}, `${options.get(o.key).letter}. ${o.text}`));
    return correct.map((text) => el("div", {}, text));
  }

  function showGo() {
    const button = byId("run-go");
    if (!run) return;
    button.disabled = busy || (run.step !== null && (answer === null || isEmpty(answer)));
    if (busy) button.textContent = texts.sending;
    else if (run.step) button.textContent = texts.answer;
    else button.textContent = run.state === "open" ? texts.next : texts.toResult;
    document.querySelector("[data-bs-target='#run-stop']").hidden = run.state !== "open";
  }

  byId("run-go").addEventListener("click", () => {
    if (run.step) ask("PUT", `/steps/${run.step.number}`, { answer });
    else if (run.state === "open") ask("POST", "/steps", {});
    else leave();
  });

  byId("run-stop-confirm").addEventListener("click", () => {
    bootstrap.Modal.getInstance(byId("run-stop")).hide();
    ask("POST", "/end", {}).then(() => { if (run.state !== "open") leave(); });
  });

  function leave() {
    location.assign(root.dataset.result);
  }

  // --- Time ---

  function clock(left) {
    const seconds = Math.max(0, Math.ceil(left / 1000));
    return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function showTime() {
    if (!run) return;
    if (run.state !== "open") {
      byId("run-question-time").hidden = true;
      byId("run-time").textContent = "";
      return;
    }
    const left = Date.parse(run.deadline) - serverNow();
    byId("run-time").textContent = clock(left);
    byId("run-time").classList.toggle("qe-time-short", left < 60000);
    const own = run.step && run.step.deadline ? Date.parse(run.step.deadline) - serverNow() : null;
    byId("run-question-time").hidden = own === null;
    if (own !== null) showQuestionTime(own);
    // A moment later than the server's own limit, with the way of the answer.
    if (!busy && (left < -500 || (own !== null && own < -2500))) ask("GET", "");
  }

  function showQuestionTime(own) {
    const bar = byId("run-question-time");
    const share = Math.max(0, Math.min(1, own / (run.question_s * 1000)));
    bar.firstElementChild.style.width = `${share * 100}%`;
    bar.classList.toggle("ms-question-time-short", own < 5000);
    const seconds = Math.max(0, Math.ceil(own / 1000));
    for (const limit of [10, 5]) {
      if (seconds <= limit && announced > limit) byId("run-announce").textContent = texts.secondsLeft.replace("%(seconds)s", seconds);
    }
    announced = seconds;
  }

  setInterval(showTime, 200);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !busy) ask("GET", ""); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  ask("GET", "");
});
