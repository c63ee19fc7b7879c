"use strict";

// The connection of a live screen: docs/live.md. It comes back by itself, and so do its commands.
window.QuizLive = (() => {
  // Pauses between tries, with up to as much again by chance: a hall doesn't come back in one wave.
  const FIRST_MS = 100;
  const LONGEST_MS = 500;
  // Without a ping for this many of the server's intervals the connection is dead.
  const MISSED = 3;
  const SAMPLES = 20;

  // Not crypto.randomUUID: it is missing on pages without TLS, as an intranet has them.
  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // A question or solution in the language of its reader, who gets the Chinese texts where the bank
  // has no others.
  function inLanguage(texts, lang) {
    return texts && texts.en && lang.startsWith("en") ? { ...texts, ...texts.en } : texts;
  }

  // options: {url, ticket, lang, onState(public, seq), onOwn(own, seq), onStatus(kind, message),
  // onReply(reply), onMute(on)}
  // kinds of status: connecting, online, offline, bye (it does not come back by itself).
  class Live {
    constructor(options) {
      this.options = options;
      this.public = null;
      this.own = null;
      this.seq = 0;
      this.socket = null;
      this.ended = false;
      this.pause = 0;
      this.retry = 0;
      this.watch = 0;
      // Messages that are not acknowledged: id → {message, resolve}.
      this.waiting = new Map();
      // Server's clock minus performance.now(); the largest came by the fastest way.
      this.offsets = [];
      this.unlockedAt = null;
      window.addEventListener("online", () => this.hurry());
      document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
      this.status("connecting");
      this.open();
    }

    // Milliseconds since 1970 by the server's clock.
    now() {
      return this.offsets.length ? performance.now() + Math.max(...this.offsets) : Date.now();
    }

    // Milliseconds left of a `clock`, never below 0; null without one.
    left(clock) {
      if (!clock) return null;
      return Math.max(0, clock.ends_at === null ? clock.left_ms : clock.ends_at - this.now());
    }

    // A command. The promise ends with {ok: true, seq} or {ok: false, code, message}.
    send(type, data = {}) {
      const step = this.public ? this.public.step : 0;
      return this.deliver({ t: "do", type, step, data });
    }

    // The audience's answer to a question; the promise as for `send`.
    answer(question, answer) {
      return this.deliver({ t: "audience", question, answer });
    }

    // Press the buzzer; `event` is the press, whose own time is the exact one.
    buzz(event = null) {
      const unlocked = this.unlockedAt;
      const at = event && event.timeStamp > 0 ? event.timeStamp : performance.now();
      const pressed = unlocked === null ? at : Math.max(at, unlocked);
      const reaction = unlocked === null ? null : pressed - unlocked;
      return this.send("buzz", { reaction_ms: reaction, unlocked, pressed, early: unlocked === null });
    }

    // No sound on the big screens, or sound again: a host's wish, not part of the contest.
    mute(on) {
      if (this.greeted) this.socket.send(JSON.stringify({ t: "mute", on }));
    }

    // End the connection for good.
    close() {
      this.end("closed", "");
    }

    status(kind, message = "") {
      if (this.options.onStatus) this.options.onStatus(kind, message);
    }

    deliver(message) {
      if (this.ended) return Promise.resolve(this.ended);
      const id = newId();
      const text = JSON.stringify({ ...message, id });
      return new Promise((resolve) => {
        this.waiting.set(id, { text, resolve });
        if (this.greeted) this.socket.send(text);
      });
    }

    open() {
      clearTimeout(this.retry);
      if (this.ended) return;
      this.greeted = false;
      const socket = new WebSocket(this.options.url);
      this.socket = socket;
      // Neither answer nor refusal: the network swallows what is sent.
      this.expect(4000);
      socket.onopen = () => {
        socket.send(JSON.stringify({ t: "hello", ticket: this.options.ticket, lang: this.options.lang }));
      };
      socket.onmessage = (event) => { if (socket === this.socket) this.hear(JSON.parse(event.data), performance.now()); };
      socket.onclose = () => { if (socket === this.socket) this.lost(); };
    }

    // Something has to come within this time.
    expect(ms) {
      clearTimeout(this.watch);
      this.watch = setTimeout(() => this.lost(), ms);
    }

    lost() {
      clearTimeout(this.watch);
      const socket = this.socket;
      this.socket = null;
      this.greeted = false;
      this.unlockedAt = null;
      if (socket) socket.close();
      if (this.ended) return;
      this.status("offline");
      this.again();
    }

    again() {
      this.pause = Math.min((this.pause || FIRST_MS / 2) * 2, LONGEST_MS);
      this.retry = setTimeout(() => this.probe(), this.pause * (1 + Math.random()));
    }

    // Browsers slow WebSockets down after many that failed, but not requests: ask with one first.
    async probe() {
      this.probing = true;
      try {
        const address = this.options.url.replace(/^ws/, "http");
        await fetch(address, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(4000) });
      } catch {
        return this.again();
      } finally {
        this.probing = false;
      }
      return this.open();
    }

    hurry() {
      if (this.socket || this.ended || this.probing) return;
      clearTimeout(this.retry);
      this.probe();
    }

    hear(message, at) {
      const handler = this[`on_${message.t}`];
      if (handler) handler.call(this, message, at);
    }

    on_state(message, at) {
      this.measure(message.now, at);
      this.public = this.translated(message.public, ["question"]);
      this.seq = message.seq;
      if (!this.greeted) this.greet();
      if (this.options.onState) this.options.onState(this.public, this.seq);
    }

    translated(view, names) {
      const found = names.filter((name) => view[name]);
      return { ...view, ...Object.fromEntries(found.map((name) => [name, inLanguage(view[name], this.options.lang)])) };
    }

    // The server knows who this is: what is waiting goes out again, with the ids that it had.
    greet() {
      this.greeted = true;
      this.pause = 0;
      this.status("online");
      for (const { text } of this.waiting.values()) this.socket.send(text);
    }

    on_own(message) {
      this.own = this.translated(message.own, ["solution", "ahead"]);
      if (this.options.onOwn) this.options.onOwn(this.own, message.seq);
      this.markUnlocked();
    }

    // Reaction counts from the frame that shows the open buzzer, not from when the message came.
    markUnlocked() {
      if (!this.own.unlocked) this.unlockedAt = null;
      else if (this.unlockedAt === null) {
        const socket = this.socket;
        const mark = () => {
          if (socket === this.socket && this.own.unlocked) this.unlockedAt ??= performance.now();
        };
        // A page out of sight draws no frames. Not the frame's own time: it may lie before the message.
        if (document.hidden) mark();
        else requestAnimationFrame(mark);
      }
    }

    on_ping(message, at) {
      this.socket.send(JSON.stringify({ t: "pong", n: message.n, clock: performance.now() }));
      this.measure(message.now, at);
      this.expect(message.every * MISSED + 1000);
    }

    measure(now, at) {
      this.offsets.push(now - at);
      if (this.offsets.length > SAMPLES) this.offsets.shift();
    }

    on_mute(message) {
      if (this.options.onMute) this.options.onMute(message.on);
    }

    on_ok(message) {
      this.settle(message.id, { ok: true, seq: message.seq });
    }

    on_no(message) {
      this.settle(message.id, { ok: false, code: message.code, message: message.message });
    }

    settle(id, reply) {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (waiting) waiting.resolve(reply);
      if (this.options.onReply) this.options.onReply({ id, ...reply });
    }

    on_bye(message) {
      this.end(message.code, message.message);
    }

    end(code, message) {
      if (this.ended) return;
      this.ended = { ok: false, code, message };
      clearTimeout(this.retry);
      clearTimeout(this.watch);
      if (this.socket) this.socket.close();
      for (const id of [...this.waiting.keys()]) this.settle(id, this.ended);
      this.status("bye", message);
    }
  }

  return { connect: (options) => new Live(options), inLanguage };
})();
