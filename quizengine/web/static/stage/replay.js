"use strict";

// The big screen of each moment of a contest, by its log.
document.addEventListener("DOMContentLoaded", async () => {
  const root = document.getElementById("replay");
  Object.assign(Stage.texts, Stage.json("stage-texts"));
  const { texts, el, say, fill } = Stage;
  const part = (name) => root.querySelector(`[data-${name}]`);
  // A silence in the log is no reason to wait.
  const LONGEST_MS = 4000;
  const moments = await load();
  if (!moments.length) return;

  let at = 0;
  let timer = 0;
  // Where the log's own time stands, and when that was.
  let head = moments[0].at;
  let since = performance.now();

  async function load() {
    try {
      const answer = await fetch(root.dataset.source);
      if (!answer.ok) throw new Error(String(answer.status));
      const found = (await answer.json()).moments;
      for (const { public: pub } of found) pub.question = QuizLive.inLanguage(pub.question, root.dataset.lang);
      return found;
    } catch {
      say(part("what"), texts.failed);
      return [];
    }
  }

  const speed = () => Number(part("speed").value);
  const playing = () => timer !== 0;

  // The log's time at the play head: clocks run with it.
  function now() {
    return playing() ? head + (performance.now() - since) * speed() : head;
  }

  function show(still) {
    const { event, public: pub } = moments[at];
    head = moments[at].at;
    since = performance.now();
    QuizScreen.render(part("screen"), pub, {
      words: Stage.json("screen-words"), lang: root.dataset.lang, now, join: null,
      emblem: root.dataset.emblem, play: null, still,
    });
    part("slider").value = at;
    say(part("step"), fill(texts.step, { number: at + 1, total: moments.length }));
    say(part("what"), words(event));
    say(part("who"), `${Stage.Words.author(event.by)} · ${time(event.at)}`);
    mark();
  }

  function words(event) {
    const teams = moments[at].public.teams;
    return Stage.Words.event(event, (id) => (teams.find((team) => team.id === id) || {}).name || "");
  }

  function time(text) {
    return new Date(text).toLocaleTimeString("zh-CN", { hour12: false, timeZone: root.dataset.zone });
  }

  function mark() {
    const list = part("log");
    const before = list.querySelector("[aria-current]");
    if (before) before.removeAttribute("aria-current");
    const button = list.children[at].firstElementChild;
    button.setAttribute("aria-current", "true");
    list.scrollTop = button.offsetTop - list.offsetTop - list.clientHeight / 2;
  }

  function go(index, still = true) {
    at = Math.max(0, Math.min(index, moments.length - 1));
    show(still);
  }

  function stop() {
    head = now();
    clearTimeout(timer);
    timer = 0;
    say(part("play-text"), texts.play);
  }

  function next() {
    if (at >= moments.length - 1) return stop();
    const wait = Math.min(moments[at + 1].at - moments[at].at, LONGEST_MS * speed()) / speed();
    timer = setTimeout(() => { go(at + 1, false); next(); }, Math.max(wait, 60));
    return undefined;
  }

  function toggle() {
    if (playing()) return stop();
    if (at >= moments.length - 1) go(0);
    say(part("play-text"), texts.pause);
    since = performance.now();
    return next();
  }

  function seek(index) {
    const was = playing();
    if (was) stop();
    go(index);
    if (was) toggle();
  }

  part("slider").max = moments.length - 1;
  part("log").replaceChildren(...moments.map((moment, index) => {
    at = index;
    const text = words(moment.event);
    const button = el("button", { type: "button" }, el("time", {}, time(moment.event.at)), moment.event.undone ? el("del", {}, text) : el("span", {}, text));
    button.addEventListener("click", () => seek(index));
    return el("li", {}, button);
  }));
  part("slider").addEventListener("input", () => seek(Number(part("slider").value)));
  part("play").addEventListener("click", toggle);
  part("back").addEventListener("click", () => seek(at - 1));
  part("on").addEventListener("click", () => seek(at + 1));
  go(0);
});
