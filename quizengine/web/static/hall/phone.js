"use strict";

// What a team's device and the phone of the audience have in common: parts of the page, drafts of
// answers, the clock, and staying awake.
Hall.Phone = (() => {
  const { el } = Hall;
  const URGENT_MS = 5000;

  class Page {
    // root: holds [data-part] places; words: the page's texts.
    constructor(root, words) {
      this.root = root;
      this.words = words;
      this.keys = {};
      this.live = null;
      this.offline = false;
      setInterval(() => this.drawClock(), 100);
    }

    part(name) {
      return this.root.querySelector(`[data-part="${name}"]`);
    }

    // Build a part anew only when what it shows has changed: a field keeps its focus.
    once(name, key, build) {
      const text = JSON.stringify(key);
      if (this.keys[name] === text) return;
      this.keys[name] = text;
      this.part(name).replaceChildren(...[build()].flat().filter(Boolean));
    }

    say(text, kind = "info") {
      const place = this.part("message");
      place.textContent = text;
      place.className = `hp-message hp-${kind}`;
      place.hidden = !text;
      this.saidOf = this.live?.public?.question?.key;
    }

    // What was said of a question is over with it.
    forget() {
      if (!this.part("message").hidden && this.saidOf !== this.live.public.question?.key) this.say("");
    }

    showStatus(kind, message) {
      this.offline = kind === "offline";
      this.part("offline").hidden = !this.offline;
      this.root.classList.toggle("hp-lost", kind === "offline" || kind === "connecting");
      if (kind === "bye") this.end(message);
    }

    // The page is over: what to do is in its own part.
    end(message) {
      this.part("live").hidden = true;
      this.part("ended").hidden = false;
      this.part("ended-text").textContent = message;
    }

    drawClock() {
      const place = this.part("clock");
      const state = this.live?.public;
      const left = state ? Hall.timeLeft(state.clock, this.live.now()) : null;
      place.hidden = !left;
      if (!left) return;
      place.lastElementChild.textContent = Hall.clockText(left.ms);
      place.firstElementChild.style.transform = `scaleX(${left.share})`;
      this.root.classList.toggle("hp-urgent", left.running && left.ms <= URGENT_MS);
    }

    status(title, text, kind = "quiet") {
      return el("div", { class: `hp-status hp-status-${kind}` }, el("h1", {}, title), text && el("p", {}, text));
    }
  }

  // What was filled in and not yet sent, kept over a reload of the page.
  const drafts = {
    key: (question) => `hall-draft-${question}`,
    read(question) {
      try {
        return JSON.parse(sessionStorage.getItem(this.key(question)));
      } catch {
        return null;
      }
    },
    write(question, answer) {
      try {
        sessionStorage.setItem(this.key(question), JSON.stringify(answer));
      } catch {
        // No room or not allowed: it is in the page as long as that is open.
      }
    },
  };

  // Where the browser can't promise it, the device may fall asleep.
  function stayAwake() {
    const ask = () => { if (!document.hidden && navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {}); };
    document.addEventListener("visibilitychange", ask);
    ask();
  }

  // These are complete before the team is done with them.
  const ASKED_TWICE = new Set(["multiple", "order"]);

  // A form of one answer: fields, and a button that sends it.
  function answerForm(page, question, label, send) {
    const { words } = page;
    let answer = drafts.read(question.key);
    let asked = false;
    const button = el("button", { type: "submit", class: "hp-main-button" }, label);
    const show = () => {
      button.disabled = !Hall.Answers.isComplete(question, answer);
      button.textContent = asked ? Hall.fill(words.really, { answer: Hall.Answers.text(question, answer, words) }) : label;
      button.classList.toggle("hp-sure", asked);
    };
    const change = (value) => { answer = value; asked = false; drafts.write(question.key, value); show(); };
    const form = el("form", { class: "hp-form" }, Hall.Answers.draw(question, answer, words, change), el("div", { class: "hp-foot" }, button));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!Hall.Answers.isComplete(question, answer)) return;
      if (ASKED_TWICE.has(question.type) && !asked) {
        asked = true;
        show();
        return;
      }
      button.disabled = true;
      button.textContent = words.sending;
      const reply = await send(answer);
      if (reply.ok) return;
      page.say(reply.message, "bad");
      asked = false;
      show();
    });
    show();
    return form;
  }

  return { Page, answerForm, stayAwake };
})();
