"use strict";

// A team's device: the buzzer, answers, values, and how the team stands.
(() => {
  const { el, fill, named, teamOf } = Hall;
  const words = Hall.data("team-words");
  const data = Hall.data("team-live");
  const root = document.getElementById("team");
  const page = new Hall.Phone.Page(root, words);
  const ME = data.team;
  let state = null;
  let own = null;
  // The press that was made for the present question, and what became of it.
  let press = null;
  let wasUnlocked = false;

  page.live = QuizLive.connect({
    url: data.url,
    ticket: data.ticket,
    lang: data.lang,
    onState(given) { state = given; render(); },
    onOwn(given) { own = given; render(); },
    onStatus(kind, message) { page.showStatus(kind, message); },
  });

  function render() {
    if (!state || !own) return;
    page.forget();
    forgetPress();
    const team = teamOf(state, ME);
    drawHead(team);
    flashOpen();
    root.classList.toggle("hp-paused", state.paused);
    page.part("paused").hidden = !state.paused;
    const [name, key, build] = view(team);
    root.dataset.view = name;
    page.once("body", [name, state.question?.key, ...key], build);
  }

  // A press is over with its question; or the buzzers have opened once more, for another try.
  function forgetPress() {
    if (!press) return;
    if (press.done && !own.can.buzz) press.settled = true;
    if (press.key === state.question?.key && !(press.settled && own.can.buzz)) return;
    press = null;
    page.say("");
  }

  function drawHead(team) {
    if (!team) return;
    const facts = [fill(words.place, { place: team.rank }), team.fouls > 0 && fill(words.fouls, { count: team.fouls })].filter(Boolean).join(" · ");
    page.once("head", [team.name, team.number, team.score, facts, state.contest.rehearsal], () => [
      el("span", { class: "hp-number" }, String(team.number)),
      el("span", { class: "hp-name" }, el("strong", {}, team.name), el("small", {}, facts, state.contest.rehearsal && el("em", {}, words.rehearsal))),
      el("span", { class: "hp-score" }, Hall.score(team.score)),
    ]);
  }

  // Browsers refuse it to a page that nobody has touched yet.
  function shake(ms) {
    if (navigator.vibrate && navigator.userActivation?.hasBeenActive) navigator.vibrate(ms);
  }

  function flashOpen() {
    if (own.unlocked && !wasUnlocked) shake(120);
    wasUnlocked = own.unlocked;
  }

  // Which view it is: its name, what it depends on, and how it is built.
  function view(team) {
    if (!team) return ["wait", [], () => page.status(words.waiting)];
    const special = { lobby, finished, round, round_over: standings, revealed, audience }[state.phase];
    if (team.out && state.phase !== "finished") return ["out", [], () => page.status(words.gone, words.gone_help)];
    if (special) return special(team);
    if (own.can.choose) return choose();
    if (own.can.answer && state.question) return answer();
    if (isBuzzing()) return buzzer();
    return following(team);
  }

  const isBuzzing = () => own.can.buzz || (Boolean(state.buzz) && ["reading", "buzzing", "settling"].includes(state.phase));

  function lobby(team) {
    return ["lobby", [team.members], () => [page.status(words.seat_taken, words.lobby_help, "good"), el("p", { class: "hp-members" }, (team.members || []).join(words.comma))]];
  }

  function round() {
    const title = named(state.round.title, data.lang);
    return ["round", [title], () => page.status(title, fill(words.round_of, { index: state.round.index, of: state.round.of }))];
  }

  function standings(team) {
    return ["standings", [team.rank, team.score, state.round?.id], () => page.status(fill(words.place, { place: team.rank }), fill(words.after_round, { round: named(state.round?.title, data.lang), points: Hall.score(team.score) }))];
  }

  function finished() {
    const mine = state.result?.ranking.find((one) => one.team === ME);
    return ["finished", [mine], () => page.status(mine ? fill(words.place, { place: mine.rank }) : words.over, mine ? [named(mine.prize, data.lang), fill(words.points, { points: Hall.score(mine.score) })].filter(Boolean).join(" · ") : "", "good")];
  }

  function audience() {
    return ["audience", [], () => [page.status(words.audience, words.audience_help), ...Hall.Answers.shown(state.question)]];
  }

  function revealed() {
    const { question } = state;
    const verdict = state.verdicts.find((one) => one.team === ME);
    return ["revealed", [verdict, question, own.answer], () => [
      verdict ? page.status(words[verdict.verdict], verdict.points ? Hall.signed(verdict.points) : "", verdict.verdict) : page.status(words.revealed),
      own.answer && el("p", { class: "hp-fact" }, el("span", {}, words.your_answer), Hall.Answers.text(question, own.answer, words)),
      question && el("p", { class: "hp-fact" }, el("span", {}, words.right_answer), el("strong", {}, Hall.Answers.text(question, question.answer, words))),
      ...(question ? Hall.Answers.shown(question) : []),
      question?.explanation && el("p", { class: "hp-explanation" }, question.explanation)]];
  }

  function choose() {
    const { values } = state.choices || { values: [] };
    const choice = (value) => {
      const node = el("button", { type: "button", class: "hp-value", disabled: !value.left }, el("strong", {}, String(value.points)), el("small", {}, fill(words.left, { count: value.left })));
      node.addEventListener("click", () => act("choose", { team: ME, points: value.points }, node));
      return node;
    };
    return ["choose", [values, state.turn], () => [page.status(words.choosing, state.turn?.member), el("div", { class: "hp-values" }, values.map(choice))]];
  }

  async function act(type, content, button) {
    button.disabled = true;
    const reply = await page.live.send(type, content);
    if (reply.ok) return;
    button.disabled = false;
    page.say(reply.message, "bad");
  }

  function answer() {
    const { question } = state;
    return ["answer", [state.turn?.member], () => [
      state.turn?.team === ME && state.turn.member && el("p", { class: "hp-member" }, fill(words.answers, { member: state.turn.member })),
      Hall.Phone.answerForm(page, question, words.submit, (given) => page.live.send("answer", { team: ME, answer: given }))]];
  }

  // Not `click`, which comes when the finger is lifted.
  function buzzer() {
    const face = buzzerFace();
    return ["buzzer", [face.kind, face.title, face.text, own.can.buzz, state.question?.stem], () => {
      const button = el("button", { type: "button", class: `hp-buzzer hp-buzzer-${face.kind}`, disabled: !own.can.buzz || press !== null },
        el("strong", {}, face.title), face.text && el("small", {}, face.text));
      button.addEventListener("pointerdown", (event) => { event.preventDefault(); buzz(event); });
      return [state.question && el("p", { class: "hp-short-stem" }, state.question.stem), el("div", { class: "hp-buzzer-frame" }, button)];
    }];
  }

  function buzzerFace() {
    if (!own.can.buzz && state.buzz?.out.includes(ME)) return { kind: "out", title: words.too_early, text: words.out_help };
    if (press) return { kind: "sent", title: press.done ? words.buzzed : words.sending, text: press.done ? words.buzzed_help : "" };
    if (own.unlocked) return { kind: "open", title: words.press, text: "" };
    if (own.can.buzz) return { kind: "locked", title: words.locked, text: words.locked_help };
    const why = state.phase === "settling" ? words.settling : state.buzz?.open ? words.no_part : "";
    return { kind: "off", title: words.locked, text: why };
  }

  async function buzz(event) {
    if (!own || !own.can.buzz || press || state.paused) return;
    const mine = { key: state.question?.key, done: false };
    press = mine;
    const sent = page.live.buzz(event);
    shake(60);
    render();
    const reply = await sent;
    if (press !== mine) return;
    mine.done = true;
    if (!reply.ok) { press = null; page.say(reply.message, "bad"); }
    render();
  }

  // Somebody has the word: this team, or another one.
  function following(team) {
    const active = Hall.activeTeam(state);
    if (active?.id === ME) return mine();
    const order = state.buzz?.order || [];
    const my = order.find((one) => one.team === ME);
    const first = order.find((one) => one.team === state.buzz?.winner);
    const behind = my && first ? fill(words.behind, { ms: Math.max(0, my.ms - first.ms) }) : "";
    const given = own.answer ? words.answer_in : "";
    const title = active ? fill(state.buzz?.winner === active.id ? words.other_first : words.other_turn, { team: active.name }) : given || words[state.phase] || words.waiting;
    return ["follow", [title, behind, given, team.rank], () => [page.status(title, active ? behind : "", given ? "good" : "quiet"), ...(state.question ? Hall.Answers.shown(state.question) : [])]];
  }

  function mine() {
    const first = state.buzz?.winner === ME;
    const member = state.turn?.team === ME ? state.turn.member : "";
    const spoken = { turn: words.your_turn, reading: words.reading, discussing: words.discussing, starting: words.begin, answering: words.answer_now, judging: words.judging }[state.phase] || words.waiting;
    const done = own.answer && state.phase !== "discussing";
    return ["mine", [first, member, spoken, done], () => [
      page.status(done ? words.answer_in : first ? words.first : spoken, done ? words.judging : first ? spoken : member ? fill(words.answers, { member }) : "", "mine"),
      ...(state.question ? Hall.Answers.shown(state.question) : [])]];
  }

  document.addEventListener("keydown", (event) => {
    const button = root.querySelector(".hp-buzzer");
    if (button && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      if (!event.repeat) buzz(event);
    } else Hall.Answers.onKey(event, root);
  });
  // A firm press on the buzzer opens no menu and selects nothing.
  root.addEventListener("contextmenu", (event) => { if (event.target.closest(".hp-buzzer-frame")) event.preventDefault(); });
  Hall.Phone.stayAwake();
})();
