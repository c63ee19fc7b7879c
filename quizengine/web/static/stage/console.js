"use strict";

// The page of a host or a judge: shows the state, and gives commands.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("console");
  Object.assign(Stage.texts, Stage.json("stage-texts"));
  const { texts, say, fill, el } = Stage;
  const part = (name) => root.querySelector(`[data-${name}]`);
  const isHost = root.dataset.role === "host";
  // After each step the button rests: what was meant for the last one must not do the next.
  const REST_MS = 350;

  let state = null;
  let own = null;
  let acts = new Stage.Acts(null, null, isHost);
  let target = null;
  let resting = false;
  let muted = false;
  let live = null;

  const dialogs = new Stage.Dialogs(send, () => ({ state, own, acts }));
  const board = new Stage.Board(part("board"), {
    judge: (team, verdict) => judge(team, verdict),
    more: (team) => dialogs.openTeam(team),
    target: (team) => { if (acts.judged.includes(team)) { target = team; draw(); } },
  });
  new Stage.Clock(part("clock"), () => live || { public: null });

  live = QuizLive.connect({
    ...Stage.json("stage-live"),
    onState: (next) => { rest(state, next); state = next; draw(); },
    onOwn: (next) => { own = next; draw(); },
    onStatus: showStatus,
  });

  // --- Commands ---

  // `quiet`: the caller shows a refusal itself.
  async function send(type, data = {}, quiet = false) {
    root.classList.add("st-sending");
    const reply = await live.send(type, data);
    root.classList.remove("st-sending");
    if (!quiet) notice(reply.ok ? "" : reply.message);
    return reply;
  }

  let fading = 0;

  function notice(text) {
    clearTimeout(fading);
    part("notice").hidden = !text;
    say(part("notice-text"), text);
    if (text) fading = setTimeout(() => { part("notice").hidden = true; }, 8000);
  }

  function judge(team, verdict) {
    if (!acts.can("judge", team)) return;
    if (verdict === "partial") { if (acts.partial) dialogs.askPartial(team); } else send("judge", { team, verdict });
  }

  // A command of the host or judge that needs nothing more, or asks for it.
  function give(type) {
    if (!acts.can(type)) return;
    if (["swap", "void", "end_round"].includes(type)) dialogs.askReason(type);
    else if (type === "override") dialogs.askOverride();
    else if (type === "undo") dialogs.askUndo();
    else send(type);
  }

  function primary() {
    const button = part("primary");
    if (!button.hidden && !button.disabled) send(acts.primary.type);
  }

  function rest(before, next) {
    if (!before || before.step === next.step) return;
    resting = true;
    setTimeout(() => { resting = false; drawPrimary(); }, REST_MS);
  }

  // --- Drawing ---

  function draw() {
    if (!state) return;
    acts = new Stage.Acts(state, own, isHost);
    const judged = acts.judged;
    if (!judged.includes(target)) target = judged.length ? judged[0] : null;
    drawHead();
    drawQuestion();
    drawAhead();
    board.draw(state, own, acts, target);
    Stage.Evidence.draw(part("evidence"), state, own);
    Stage.Evidence.log(part("log"), state, own, root.dataset.zone);
    drawPrimary();
    drawSecondary();
    drawUndo();
  }

  function teamName(id) {
    return (state.teams.find((team) => team.id === id) || {}).name || "";
  }

  function drawHead() {
    const round = state.round;
    const bits = round ? [fill(texts.round, { number: round.index, total: round.of }), Stage.inLanguage(round.title)] : [];
    if (round && round.question) bits.push(fill(texts.question, { number: round.question, total: round.questions }));
    say(part("round"), bits.join(" · "));
    say(part("phase"), state.paused ? `${texts.phases[state.phase]} · ${texts.paused}` : texts.phases[state.phase]);
    const details = [];
    if (state.turn && state.turn.team) details.push([teamName(state.turn.team), state.turn.member, state.turn.points && fill(texts.points, { points: state.turn.points })].filter(Boolean).join(" · "));
    else if (state.buzz && state.buzz.winner) details.push(teamName(state.buzz.winner));
    if (state.tie) details.push(fill(texts.tie, { place: state.tie.place, teams: state.tie.teams.map(teamName).join(", ") }));
    if (state.phase === "audience" || (state.audience && state.audience.open)) details.push(fill(texts.audience, state.audience));
    if (state.audience && state.audience.tally) details.push(fill(texts.tally, state.audience.tally));
    if (own && own.audience_knows) details.push(texts.audience_knows);
    say(part("details"), details.join(" · "));
    root.dataset.phase = state.phase;
    root.classList.toggle("st-paused", state.paused);
    if (own && own.people) say(part("people"), fill(texts.people, own.people));
    if (isHost) part("reopened").hidden = !(own && own.reopened);
  }

  let drawn = "";

  function drawQuestion() {
    const solution = own ? own.solution : null;
    const question = state.question || (own && own.question) || null;
    const key = JSON.stringify([question, solution, question ? null : [state.round, state.phase, state.result]]);
    if (key === drawn) return;
    drawn = key;
    if (question) Stage.Question.draw(part("question"), question, solution);
    else part("question").replaceChildren(...Stage.Between.parts(state, teamName));
    part("question").scrollTop = 0;
  }

  function drawAhead() {
    const ahead = own ? own.ahead : null;
    part("ahead-frame").hidden = !ahead;
    if (ahead) part("ahead").replaceChildren(el("span", { class: "qe-badge qe-badge-neutral" }, texts.types[ahead.type] || ahead.type), " ", ahead.stem);
  }

  function label(type) {
    if (type === "next") return texts.next[state.phase] || texts.actions.next;
    return texts.actions[type] || type;
  }

  function drawPrimary() {
    if (!state) return;
    const one = acts.primary;
    const button = part("primary");
    button.hidden = !one;
    button.disabled = resting;
    if (one) say(part("primary-text"), label(one.type));
    const trio = part("trio");
    trio.hidden = target === null;
    if (target !== null) say(part("trio-team"), fill(texts.target, { team: teamName(target) }));
    for (const verdict of trio.querySelectorAll("[data-verdict]")) {
      verdict.disabled = resting;
      if (verdict.dataset.verdict === "partial") verdict.hidden = !acts.partial;
    }
    drawValues();
    drawHint();
  }

  // Nothing to press: what is waited for.
  function drawHint() {
    const idle = part("primary").hidden && part("trio").hidden && part("values-frame").hidden;
    const waiting = idle ? texts.waits[state.phase] : "";
    part("hint").hidden = !waiting;
    if (waiting) say(part("hint"), waiting);
  }

  // In a wager round the host may choose for a team whose device is away.
  function drawValues() {
    const choices = acts.can("choose") && state.choices ? state.choices : null;
    part("values-frame").hidden = !choices;
    if (!choices) return;
    Stage.keyed(part("values"), choices.values, (one) => one.points, (one) => {
      const button = el("button", { type: "button", class: "btn btn-outline-primary" });
      button.addEventListener("click", () => send("choose", { team: state.choices.team, points: one.points }));
      return button;
    }, (button, one) => { say(button, String(one.points)); button.disabled = !one.left; });
  }

  function drawSecondary() {
    for (const button of root.querySelectorAll("[data-act]")) {
      const type = button.dataset.act;
      const isPrimary = acts.primary && acts.primary.type === type;
      button.hidden = !acts.can(type) || Boolean(isPrimary);
      if (type === "override") button.hidden = !(own && (own.history || []).length && acts.can(type));
    }
  }

  function drawUndo() {
    const button = part("undo");
    button.disabled = !(own && own.undo);
    const text = dialogs.undoText() || texts.undoNothing;
    button.title = text;
    say(part("undo-what"), text);
  }

  function showStatus(kind, message) {
    say(part("status-text"), texts.status[kind] || kind);
    part("status").className = `st-status st-status-${kind}`;
    part("offline").hidden = kind !== "offline" && kind !== "bye";
    say(part("offline-text"), kind === "bye" ? fill(texts.ended, { message }) : texts.offline);
    root.classList.toggle("st-away", kind !== "online");
  }

  // --- Buttons and keys ---

  part("primary").addEventListener("click", primary);
  part("undo").addEventListener("click", () => dialogs.askUndo());
  for (const button of root.querySelectorAll("[data-act]")) button.addEventListener("click", () => give(button.dataset.act));
  for (const button of root.querySelectorAll("[data-verdict]")) button.addEventListener("click", () => judge(target, button.dataset.verdict));
  part("help").addEventListener("click", () => dialogs.show("keys"));

  function mute() {
    muted = !muted;
    live.mute(muted);
    part("mute").setAttribute("aria-pressed", String(muted));
    part("mute").title = muted ? texts.unmute : texts.mute;
  }
  if (isHost) part("mute").addEventListener("click", mute);

  new Stage.Keys({
    " ": primary,
    Enter: primary,
    ArrowRight: () => give("next"),
    o: () => give("open"),
    s: () => give("start"),
    b: () => give("speak"),
    t: () => give("stop"),
    j: () => judge(target, "right"),
    k: () => judge(target, "wrong"),
    l: () => judge(target, "partial"),
    p: () => give(acts.can("resume") ? "resume" : "pause"),
    u: () => dialogs.askUndo(),
    m: () => { if (isHost) mute(); },
    "?": () => dialogs.show("keys"),
    digit: (number) => {
      const team = state && state.teams.find((one) => one.number === number);
      if (team && acts.judged.includes(team.id)) { target = team.id; draw(); }
    },
  }, () => dialogs.open);
});
