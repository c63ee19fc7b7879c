"use strict";

// A phone of the audience: the question when it is asked, and the teams' scores meanwhile.
(() => {
  const { el, fill, named } = Hall;
  const words = Hall.data("audience-words");
  const data = Hall.data("audience-live");
  const root = document.getElementById("audience");
  const page = new Hall.Phone.Page(root, words);
  let state = null;
  let own = null;

  page.live = QuizLive.connect({
    url: data.url,
    ticket: data.ticket,
    lang: data.lang,
    onState(given) { state = given; render(); },
    onOwn(given) { own = given; render(); },
    onStatus(kind, message) { page.showStatus(kind, message); },
  });

  function render() {
    if (!state) return;
    page.forget();
    page.part("paused").hidden = !state.paused;
    const [name, key, build] = view();
    root.dataset.view = name;
    page.once("body", [name, state.question?.key, ...key], build);
    page.once("board", [state.teams, state.phase], board);
  }

  const forAudience = () => state.phase === "audience" || (state.phase === "revealed" && Boolean(state.audience?.tally));

  function view() {
    if (state.phase === "finished") return ["finished", [], () => page.status(words.over, words.thanks, "good")];
    if (!state.question || !forAudience()) return waiting();
    if (state.phase === "revealed") return revealed();
    if (own?.can.answer) return answer();
    if (own?.answer) return ["answered", [own.answer], () => [page.status(words.answered, words.answered_help, "good"), ...asked()]];
    return ["closed", [], () => [page.status(words.closed), ...asked()]];
  }

  const asked = () => Hall.Answers.shown(state.question);

  function waiting() {
    const title = state.phase === "lobby" ? words.joined : words.waiting;
    const round = named(state.round?.title, data.lang);
    return ["wait", [state.phase === "lobby", round], () => page.status(title, round ? fill(words.now, { round }) : words.waiting_help)];
  }

  function answer() {
    const { question } = state;
    return ["answer", [], () => Hall.Phone.answerForm(page, question, words.submit, (given) => page.live.answer(question.key, given))];
  }

  function revealed() {
    const { question } = state;
    const { tally } = state.audience;
    const verdict = own?.answer ? (own.right ? page.status(words.right, "", "right") : page.status(words.wrong, "", "wrong")) : page.status(words.revealed);
    return ["revealed", [question, own?.answer, own?.right, tally], () => [
      verdict,
      own?.answer && el("p", { class: "hp-fact" }, el("span", {}, words.your_answer), Hall.Answers.text(question, own.answer, words)),
      el("p", { class: "hp-fact" }, el("span", {}, words.right_answer), el("strong", {}, Hall.Answers.text(question, question.answer, words))),
      tally?.answered > 0 && el("p", { class: "hp-fact" }, fill(words.audience_right, tally)),
      ...asked(),
      question.explanation && el("p", { class: "hp-explanation" }, question.explanation)]];
  }

  function board() {
    const teams = [...state.teams].sort((a, b) => a.rank - b.rank || a.number - b.number);
    return teams.map((team) => el("li", { class: team.out ? "hp-row hp-gone" : "hp-row" }, el("span", { class: "hp-rank" }, state.phase === "lobby" ? "" : String(team.rank)),
      el("span", { class: `hp-number qs-team-${((team.number - 1) % 12) + 1}` }, String(team.number)), el("span", {}, team.name), el("strong", {}, Hall.score(team.score))));
  }

  document.addEventListener("keydown", (event) => Hall.Answers.onKey(event, root));
  Hall.Phone.stayAwake();
})();
