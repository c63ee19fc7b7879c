"use strict";

// The big screen. `QuizScreen.render(root, state, helpers)` draws a state, again and again; what has
// not changed stays as it is, so that animations run on. helpers: {words, lang, now(), join, emblem,
// play(cue, detail) or null, still}.
window.QuizScreen = (() => {
  const { el, fill, named } = Hall;
  const SPLASH_MS = { buzz: 2200, right: 2000, wrong: 1800, foul: 2000, open: 1200 };
  const URGENT_MS = 5000;
  const STILL = matchMedia("(prefers-reduced-motion: reduce)");
  // Of a scene that has to be shown again from the start when one of these differs.
  const IN_QUESTION = new Set(["reading", "discussing", "buzzing", "settling", "starting", "answering", "judging", "audience", "revealed"]);
  const WHOLE = new Set(["lobby", "round", "round_over", "finished"]);

  class Screen {
    constructor(root, help) {
      this.root = root;
      this.help = help;
      this.state = null;
      this.keys = {};
      this.build();
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(root);
      this.resize();
      requestAnimationFrame(() => this.tick());
    }

    build() {
      const part = (name, ...children) => { this[name] = el("div", { class: `qs-${name}` }, ...children); return this[name]; };
      this.ringBar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      this.ringBar.setAttribute("viewBox", "0 0 120 120");
      for (const name of ["qs-ring-ground", "qs-ring-time"]) {
        const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
        for (const [key, value] of Object.entries({ class: name, cx: 60, cy: 60, r: 52, pathLength: 100 })) circle.setAttribute(key, value);
        this.ringBar.append(circle);
      }
      this.ringText = el("span", { class: "qs-ring-text" });
      this.ringLabel = el("span", { class: "qs-ring-label" });
      this.stage = el("div", { class: "qs-stage" },
        part("head"), el("div", { class: "qs-timeline" }, part("timebar")),
        el("div", { class: "qs-body" },
          el("div", { class: "qs-centre" }, part("main"), part("foot")),
          el("aside", { class: "qs-side" }, part("ring", this.ringBar, this.ringText, this.ringLabel), part("extra"), part("tower"))),
        part("splash"), part("overlay"));
      this.splash.setAttribute("role", "status");
      this.root.classList.add("qs-root");
      this.root.replaceChildren(this.stage);
      this.board = new Hall.Board(this.tower, this.help.words);
    }

    resize() {
      const { clientWidth: width, clientHeight: height } = this.root;
      // A hundredth of the width of the largest 16:9 picture that fits.
      this.root.style.setProperty("--u", `${Math.min(width / 100, height / 56.25)}px`);
      this.fit();
    }

    // Build a part anew only when what it shows has changed.
    once(name, key, build) {
      const text = JSON.stringify(key);
      if (this.keys[name] === text) return false;
      this.keys[name] = text;
      const node = build();
      this[name].replaceChildren(...[node].flat().filter(Boolean));
      return true;
    }

    render(state) {
      const before = this.state;
      const { still } = this.help;
      this.state = state;
      const scene = this.sceneOf(state);
      this.stage.dataset.scene = scene;
      this.stage.dataset.phase = state.phase;
      this.stage.classList.toggle("qs-whole", WHOLE.has(scene));
      this.stage.classList.toggle("qs-still", Boolean(still));
      this.drawHead(state);
      this.drawMain(scene, state, still);
      this.board.draw(state, still);
      this.drawMarks(state);
      this.tock = null;
      this.drawClock();
      this.fit();
      // What flashed up for a question is over with it.
      if (still || before?.question?.key !== state.question?.key) this.clearSplash();
      if (!still) for (const moment of Hall.moments(before, state, this.help.now())) this.happen(moment);
    }

    sceneOf(state) {
      if (state.tie && ["round", "turn"].includes(state.phase)) return "tie";
      if (IN_QUESTION.has(state.phase)) return state.question ? "question" : "turn";
      return state.phase;
    }

    drawHead(state) {
      const { words, lang, emblem } = this.help;
      const round = state.round;
      const within = !["lobby", "round", "round_over", "finished"].includes(state.phase);
      const number = round && round.question && within ? fill(words.question_short, { number: round.question, of: round.questions }) : "";
      this.once("head", [state.contest, round?.title, number, state.phase, state.question?.key, state.turn?.points], () => [
        emblem && el("img", { class: "qs-head-emblem", src: emblem, alt: "" }),
        el("p", { class: "qs-head-title" }, named(state.contest.title, lang)),
        state.contest.rehearsal && el("p", { class: "qs-rehearsal" }, words.rehearsal),
        state.question && this.questionMeta(state),
        round && state.phase !== "finished" && el("p", { class: "qs-head-round" }, el("span", {}, named(round.title, lang)), number && el("strong", {}, number)),
      ]);
    }

    drawMain(scene, state, still) {
      const { words } = this.help;
      if (scene === "question") this.drawQuestion(state);
      else {
        this.once("main", this.sceneKey(scene, state), () => Hall.Scenes[scene](state, this.help));
        this.once("extra", null, () => null);
        const large = this.main.querySelector(".qs-standings-board");
        if (large) this.drawLarge(large, state, still);
      }
      Hall.Scenes.joinCount(this.stage, state, this.help);
      const strap = scene === "question" ? [state.phase, state.turn, state.buzz, state.verdicts, state.answered, state.audience?.tally, state.audience?.open] : null;
      this.once("foot", strap, () => strap && Hall.Strap.draw(state, words));
    }

    sceneKey(scene, state) {
      const parts = {
        lobby: [state.teams, state.contest],
        round: [state.round],
        turn: [state.turn, state.round],
        choosing: [state.choices, state.turn],
        tie: [state.tie, state.round],
        round_over: [state.round?.id],
        finished: [state.result],
      };
      return [scene, ...(parts[scene] || [])];
    }

    drawQuestion(state) {
      const { words } = this.help;
      const { question } = state;
      this.once("main", ["question", question.key, question.stem], () => [
        Hall.ScreenQuestion.draw(question), el("div", { class: "qs-reveal" })]);
      Hall.ScreenQuestion.mark(this.main, question);
      Hall.ScreenQuestion.tally(this.main, state.audience?.tally?.options);
      const place = this.main.querySelector(".qs-reveal");
      const solution = JSON.stringify([question.answer, question.explanation, question.basis]);
      if (this.keys.solution !== question.key + solution) {
        this.keys.solution = question.key + solution;
        place.replaceChildren(...[Hall.ScreenQuestion.solution(question, words)].filter(Boolean));
      }
      const asked = state.phase === "audience" && state.audience.open;
      this.once("extra", asked ? state.contest.join_code : null, () => asked && Hall.Scenes.joinBox(state, this.help));
      this.stage.classList.toggle("qs-with-join", asked);
    }

    questionMeta(state) {
      const { words } = this.help;
      const points = state.turn?.points ?? state.round?.right;
      const audience = state.phase === "audience" || state.round?.kind === "audience" || state.round?.kind === "tie_break";
      return el("p", { class: "qs-meta" }, el("span", { class: "qs-type" }, words.types[state.question.type] || ""),
        Boolean(points) && !audience && el("span", { class: "qs-worth" }, fill(words.points, { points })));
    }

    drawLarge(place, state, still) {
      if (!this.largeBoard || this.largeBoard.list.parentNode !== place) {
        this.largeBoard = new Hall.Board(place, this.help.words, true);
        // Begin with the places before the last question, and move from there.
        const earlier = state.teams.map((team) => ({ ...team, rank: team.rank + (team.moved || 0) }));
        this.largeBoard.draw({ ...state, teams: earlier }, true);
      }
      this.largeBoard.draw(state, still);
    }

    drawMarks(state) {
      const { words } = this.help;
      this.stage.classList.toggle("qs-paused", state.paused);
      this.once("overlay", [state.paused, state.contest.rehearsal], () => [
        state.paused && el("p", { class: "qs-pause" }, words.paused),
        state.contest.rehearsal && el("p", { class: "qs-watermark", "aria-hidden": "true" }, words.rehearsal)]);
    }

    fit() {
      if (this.stage.dataset.scene === "question") Hall.ScreenQuestion.fit(this.main, this.stage);
      else Hall.ScreenQuestion.release(this.stage);
    }

    happen(moment) {
      const { play, words } = this.help;
      const team = moment.team ? Hall.teamOf(this.state, moment.team) : null;
      if (play) play(moment.kind, team?.number);
      const texts = {
        buzz: () => [el("span", { class: "qs-splash-label" }, words.buzzed), el("span", { class: "qs-splash-team" }, Hall.teamName(team.name)),
          moment.ms !== null && el("span", { class: "qs-splash-time" }, moment.early ? words.early : fill(words.seconds, { seconds: Hall.secondsText(moment.ms) }))],
        right: () => [el("span", { class: "qs-splash-label" }, moment.verdict === "partial" ? words.partial : words.right), el("span", { class: "qs-splash-points" }, moment.points ? Hall.signed(moment.points) : "✓"), el("span", { class: "qs-splash-who" }, Hall.teamName(team.name))],
        wrong: () => [el("span", { class: "qs-splash-label" }, moment.verdict === "late" ? words.late : words.wrong), el("span", { class: "qs-splash-points" }, moment.points ? Hall.signed(moment.points) : "✗"), el("span", { class: "qs-splash-who" }, Hall.teamName(team.name))],
        foul: () => [el("span", { class: "qs-splash-label" }, words.foul), el("span", { class: "qs-splash-team" }, Hall.teamName(team.name))],
        open: () => [el("span", {}, words.open_short)],
      };
      // All teams' verdicts at once are for the strap: one after the other they would hide it.
      const single = !["right", "wrong"].includes(moment.kind) || (this.state.verdicts || []).length < 3;
      if (texts[moment.kind] && single) this.flash(moment.kind, team, texts[moment.kind]());
    }

    flash(kind, team, nodes) {
      clearTimeout(this.splashTimer);
      this.splash.className = `qs-splash qs-splash-on qs-splash-${kind} ${team ? Hall.Scenes.teamClass(team) : ""}`;
      this.splash.replaceChildren(el("div", { class: "qs-splash-box" }, nodes));
      this.splashTimer = setTimeout(() => this.clearSplash(), SPLASH_MS[kind]);
    }

    clearSplash() {
      this.splash.className = "qs-splash";
      this.splash.replaceChildren();
    }

    tick() {
      if (!this.root.isConnected) {
        this.observer.disconnect();
        screens.delete(this.root);
        return;
      }
      const running = this.drawClock();
      // A ring that moves smoothly needs no more, and an old computer behind the projector no less.
      setTimeout(() => requestAnimationFrame(() => this.tick()), running && !STILL.matches ? 30 : 200);
    }

    // Runs on by itself, also while the connection is lost. Whether there is a clock.
    drawClock() {
      const clock = this.state?.clock;
      const left = Hall.timeLeft(clock, this.help.now());
      this.stage.classList.toggle("qs-with-clock", Boolean(left));
      if (!left) {
        this.stage.classList.remove("qs-urgent");
        return false;
      }
      const text = Hall.clockText(left.ms);
      if (text !== this.ringText.textContent) this.ringText.textContent = text;
      this.ringText.classList.toggle("qs-minutes", text.includes(":"));
      const label = this.help.words.clocks[clock.kind] || "";
      if (label !== this.ringLabel.textContent) this.ringLabel.textContent = label;
      this.ringBar.lastChild.style.strokeDashoffset = String(100 * (1 - left.share));
      this.timebar.style.transform = `scaleX(${left.share})`;
      const urgent = left.ms <= URGENT_MS && left.ms > 0 && clock.total_ms > URGENT_MS;
      this.stage.classList.toggle("qs-urgent", urgent && left.running);
      this.stage.classList.toggle("qs-time-out", left.ms === 0);
      this.beat(left, text);
      return true;
    }

    // A sound with each of the last seconds.
    beat(left, text) {
      const second = left.running && left.ms > 0 && left.ms <= URGENT_MS ? text : null;
      if (this.tock !== null && second !== null && second !== this.tock && this.help.play) this.help.play(second === "1" ? "last_tick" : "tick");
      this.tock = second ?? "";
    }
  }

  const screens = new Map();

  function render(root, state, helpers) {
    let screen = screens.get(root);
    if (!screen) {
      screen = new Screen(root, helpers);
      screens.set(root, screen);
    }
    screen.help = helpers;
    screen.render(state);
  }

  return { render };
})();
