"use strict";

// The page of a sitting: one question at a time, navigator, time, saving, handing in.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("sitting");
  const view = JSON.parse(document.getElementById("sitting-data").textContent);
  const texts = JSON.parse(document.getElementById("sitting-texts").textContent);
  const { draw, isEmpty, emptyAnswer, el, pointsText, useTexts } = Sitting.Questions;
  const byId = (id) => document.getElementById(id);
  useTexts(texts);

  const answers = {};
  const seqs = {};
  for (const [questionId, stored] of Object.entries(view.answers)) {
    answers[questionId] = stored.answer;
    seqs[questionId] = stored.seq;
  }
  const flags = new Set(view.marks.flags);
  let at = Math.min(view.marks.at, view.questions.length - 1);
  let deadline = Date.parse(view.deadline);
  // The server wrote its time just before the page began to arrive, not when this script runs.
  const arrived = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
  let offset = Date.parse(view.server_now) - arrived;
  let closed = view.state !== "open";
  let leaving = false;
  const serverNow = () => performance.now() + offset;

  const store = new Sitting.Store(view.id, root.dataset.person);
  const sync = new Sitting.Sync(root.dataset.api, store, {
    status: showStatus,
    stored: (questionId, reply, seq) => {
      seqs[questionId] = Math.max(seqs[questionId] || 0, reply.seq);
      // Another device has given a newer answer: show that one.
      if (reply.stored !== null && reply.seq > seq) adopt(questionId, reply.stored, reply.seq);
    },
    late: (questionId, problem) => { notice(problem.detail, problem.scored ? "warning" : "danger"); finish(); },
    refused: (text) => notice(text, "danger"),
  });

  // What was typed before a crash or a reload and never arrived.
  for (const [questionId, waiting] of Object.entries(store.all())) {
    if (waiting.seq > (seqs[questionId] || -1) && view.questions.some((q) => q.id === questionId)) {
      answers[questionId] = waiting.answer;
      seqs[questionId] = waiting.seq;
    } else {
      store.drop(questionId, waiting.seq);
    }
  }

  // --- Saving ---

  const typing = {};

  function give(questionId, answer, done) {
    if (closed) return;
    answers[questionId] = answer;
    seqs[questionId] = store.number(Math.max(serverNow(), (seqs[questionId] || 0) + 1));
    store.put(questionId, answer, seqs[questionId]);
    showStatus("saving", store.count);
    drawNavigator();
    clearTimeout(typing[questionId]);
    if (done) sync.flush();
    else typing[questionId] = setTimeout(() => sync.flush(), 700);
  }

  function adopt(questionId, stored, seq) {
    answers[questionId] = stored;
    seqs[questionId] = seq;
    if (view.questions[at].id === questionId) drawQuestion();
    drawNavigator();
    notice(texts.newer, "info");
  }

  function showStatus(kind, unsent) {
    const text = { saved: texts.saved, saving: texts.saving, offline: texts.offline, "signed-out": texts.signedOut }[kind];
    for (const node of document.querySelectorAll("[data-status]")) {
      node.className = `qe-save qe-save-${kind}`;
      node.textContent = text.replace("%(count)s", unsent);
    }
    byId("sitting-offline").hidden = kind !== "offline" && kind !== "signed-out";
    byId("sitting-offline-text").textContent = kind === "signed-out" ? texts.signedOutHelp : texts.offlineHelp.replace("%(count)s", unsent);
    byId("sitting-sign-in").hidden = kind !== "signed-out";
  }

  function notice(text, kind) {
    byId("sitting-notices").replaceChildren(el("div", { class: `alert alert-${kind} qe-alert` }, text));
  }

  // --- Question and navigator ---

  function drawQuestion(focus) {
    const question = view.questions[at];
    const head = el("div", { class: "qe-question-head" },
      el("h2", { id: "question-title", tabindex: "-1" }, texts.question.replace("%(number)s", at + 1).replace("%(total)s", view.questions.length)),
      el("span", { class: "qe-badge qe-badge-info" }, texts.types[question.type]),
      el("span", { class: "qe-muted" }, pointsText(question.points)));
    const body = draw(question, answers[question.id], `q${at}`, (answer, done) => give(question.id, answer, done));
    byId("sitting-question").replaceChildren(head, texts.hints[question.type] ? el("p", { class: "qe-muted" }, texts.hints[question.type]) : "", ...body);
    byId("sitting-flag").setAttribute("aria-pressed", String(flags.has(question.id)));
    byId("sitting-previous").disabled = at === 0;
    // On a phone, too, the way to hand in is in sight once there is nothing more to come.
    const last = at === view.questions.length - 1;
    byId("sitting-next").hidden = last;
    byId("sitting-finish").hidden = !last;
    if (closed) for (const node of byId("sitting-question").querySelectorAll("input, textarea, select, button")) node.disabled = true;
    if (focus) byId("question-title").focus({ preventScroll: false });
  }

  function drawNavigator() {
    const done = view.questions.filter((q) => !isEmpty(answers[q.id])).length;
    for (const list of document.querySelectorAll("[data-navigator]")) {
      list.replaceChildren(...view.questions.map((question, index) => {
        const answered = !isEmpty(answers[question.id]);
        const flagged = flags.has(question.id);
        const label = [texts.questionShort.replace("%(number)s", index + 1), answered ? texts.answered : texts.unanswered, flagged ? texts.flagged : ""].filter(Boolean).join(", ");
        const button = el("button", { type: "button", class: `qe-cell${answered ? " qe-cell-done" : ""}${flagged ? " qe-cell-flag" : ""}`, "aria-label": label, "aria-current": index === at ? "true" : undefined }, String(index + 1));
        button.addEventListener("click", () => {
          const drawer = byId("sitting-drawer");
          if (drawer.classList.contains("show")) bootstrap.Offcanvas.getInstance(drawer).hide();
          go(index);
        });
        return el("li", {}, button);
      }));
    }
    for (const node of document.querySelectorAll("[data-progress]")) node.textContent = texts.progress.replace("%(done)s", done).replace("%(total)s", view.questions.length);
  }

  let marking = null;

  function saveMarks() {
    clearTimeout(marking);
    marking = setTimeout(() => { if (!closed) sync.call("PUT", "/marks", { flags: [...flags], at }); }, 500);
  }

  function go(index) {
    at = Math.max(0, Math.min(index, view.questions.length - 1));
    drawQuestion(true);
    drawNavigator();
    saveMarks();
    window.scrollTo({ top: 0 });
  }

  byId("sitting-previous").addEventListener("click", () => go(at - 1));
  byId("sitting-next").addEventListener("click", () => go(at + 1));
  byId("sitting-flag").addEventListener("click", () => {
    const id = view.questions[at].id;
    if (!flags.delete(id)) flags.add(id);
    byId("sitting-flag").setAttribute("aria-pressed", String(flags.has(id)));
    drawNavigator();
    saveMarks();
  });
  byId("sitting-clear").addEventListener("click", () => {
    const question = view.questions[at];
    give(question.id, emptyAnswer(question), true);
    drawQuestion(true);
  });

  // --- Time ---

  let announced = Infinity;

  function showTime() {
    const left = Math.max(0, Math.ceil((deadline - serverNow()) / 1000));
    const hours = Math.floor(left / 3600);
    const text = [hours || null, String(Math.floor((left % 3600) / 60)).padStart(2, "0"), String(left % 60).padStart(2, "0")].filter((part) => part !== null).join(":");
    for (const node of document.querySelectorAll("[data-time]")) {
      node.textContent = text;
      node.classList.toggle("qe-time-short", left <= 300);
    }
    for (const minutes of [10, 5, 1]) {
      if (left <= minutes * 60 && announced > minutes * 60 && left > (minutes - 1) * 60) byId("sitting-announce").textContent = texts.minutesLeft.replace("%(minutes)s", minutes);
    }
    announced = left;
    if (left === 0 && !closed) timeUp();
  }

  // What the server says of time and state; null when it can't be asked.
  async function readClock() {
    const asked = performance.now();
    const reply = await sync.call("GET", "/clock");
    if (!reply || !reply.ok) return null;
    // The server's answer is as old as half the way there and back.
    offset = Date.parse(reply.data.server_now) - (asked + performance.now()) / 2;
    deadline = Date.parse(reply.data.deadline);
    return reply.data;
  }

  async function lookAtClock() {
    const clock = await readClock();
    if (!store.count) showStatus(sync.trouble || "saved", 0);
    if (!clock || clock.state === "open" || closed || byId("sitting-confirm").disabled) return;
    notice(texts.closedElsewhere, "warning");
    finish();
  }

  function timeUp() {
    closed = true;
    drawQuestion();
    notice(texts.timeUp, "warning");
    lastCall();
  }

  // An organizer may have given more time since the clock was read last.
  async function lastCall() {
    const clock = await readClock();
    if (clock && clock.state === "open" && serverNow() < deadline) {
      closed = false;
      byId("sitting-notices").replaceChildren();
      drawQuestion();
    } else if (clock) {
      await sync.flush();
      handIn();
    } else {
      showStatus(sync.trouble || "offline", store.count);
      setTimeout(lastCall, 2000);
    }
  }

  // --- Handing in ---

  byId("sitting-drawer-hand-in").addEventListener("click", () => {
    const drawer = byId("sitting-drawer");
    // One after the other: both keep the focus inside of themselves.
    drawer.addEventListener("hidden.bs.offcanvas", () => bootstrap.Modal.getOrCreateInstance(byId("sitting-hand-in")).show(), { once: true });
    bootstrap.Offcanvas.getInstance(drawer).hide();
  });

  byId("sitting-hand-in").addEventListener("show.bs.modal", () => {
    const open = view.questions.filter((q) => isEmpty(answers[q.id])).length;
    const lines = [];
    if (open) lines.push(texts.leftOpen.replace("%(count)s", open));
    if (flags.size) lines.push(texts.leftFlagged.replace("%(count)s", flags.size));
    if (store.count) lines.push(texts.leftUnsent.replace("%(count)s", store.count));
    if (!lines.length) lines.push(texts.allAnswered);
    byId("sitting-summary").replaceChildren(...lines.map((line) => el("li", {}, line)));
    byId("sitting-place").textContent = texts.handInOnce;
  });

  byId("sitting-confirm").addEventListener("click", async () => {
    const button = byId("sitting-confirm");
    button.disabled = true;
    if (await sync.flush()) await handIn();
    else tellTrouble();
    button.disabled = false;
  });

  function tellTrouble() {
    byId("sitting-place").textContent = sync.trouble === "signed-out" ? texts.signedOutHelp : texts.notDelivered;
  }

  async function handIn() {
    const reply = await sync.call("POST", "/submit", {});
    if (reply && reply.ok) {
      finish();
      return;
    }
    if (sync.trouble) showStatus(sync.trouble, store.count);
    if (closed) setTimeout(handIn, 2000);
    else tellTrouble();
  }

  // The sitting is closed; what could not be delivered stays here until it is.
  async function finish() {
    closed = true;
    if (leaving) return;
    drawQuestion();
    if (store.count) {
      await sync.flush();
      if (store.count) return;
    }
    leaving = true;
    store.forget();
    // Long enough to read what became of a late answer.
    setTimeout(() => { location.assign(root.dataset.result); }, byId("sitting-notices").childElementCount ? 4000 : 0);
  }

  window.addEventListener("beforeunload", (event) => {
    if (store.count && !leaving) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !closed) lookAtClock(); });
  // Come back to by the browser's back button: what the browser kept of it is out of date.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  if (closed) { finish(); return; }
  drawQuestion();
  drawNavigator();
  showStatus("saved", 0);
  showTime();
  setInterval(showTime, 250);
  setInterval(() => { if (!closed) lookAtClock(); }, 20000);
  if (store.count) sync.flush();
});
