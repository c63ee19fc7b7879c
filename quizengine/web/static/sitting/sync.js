"use strict";

// Delivers answers to the server, one after the other, until each is acknowledged.
window.Sitting = window.Sitting || {};

// A network that swallows requests without a word counts as lost after this.
Sitting.PATIENCE_MS = 30000;

Sitting.Sync = class {
  // on: {status(kind, unsent), stored(questionId, reply, seq), late(questionId, problem), refused(text)}
  constructor(api, store, on) {
    this.api = api;
    this.store = store;
    this.on = on;
    this.token = document.querySelector("meta[name=csrf-token]").content;
    this.delay = 0;
    this.running = null;
    this.timer = null;
    // Why nothing gets through at present: "offline" or "signed-out".
    this.trouble = "";
    window.addEventListener("online", () => this.flush());
    window.addEventListener("offline", () => this.on.status("offline", this.store.count));
    // Before the page is put away, and after a sign-in in another tab.
    document.addEventListener("visibilitychange", () => { if (this.store.count) this.flush(); });
    window.addEventListener("storage", (event) => { if (event.key === this.store.key) this.follow(); });
  }

  // Another tab of this sitting keeps its answers in the same place.
  follow() {
    if (this.running || this.trouble) return;
    this.on.status(this.store.count ? "saving" : "saved", this.store.count);
    clearTimeout(this.timer);
    // Should that tab be gone by then, they are delivered from here.
    if (this.store.count) this.timer = setTimeout(() => this.flush(), 2000);
  }

  // Send what is waiting; true when nothing is left, false when something is in the way.
  flush() {
    clearTimeout(this.timer);
    this.running ||= this.deliver().finally(() => { this.running = null; });
    return this.running;
  }

  async deliver() {
    let sent = true;
    let next;
    while (sent && (next = Object.entries(this.store.all())[0])) {
      this.on.status(this.trouble || "saving", this.store.count);
      const [questionId, { answer, seq }] = next;
      sent = await this.send(questionId, answer, seq);
    }
    if (sent) {
      this.delay = 0;
      this.on.status("saved", 0);
      return true;
    }
    this.again();
    return false;
  }

  again() {
    this.delay = Math.min((this.delay || 500) * 2, 15000);
    this.timer = setTimeout(() => this.flush(), this.delay);
  }

  // True once the server has taken a decision on the answer, false to try again later.
  async send(questionId, answer, seq) {
    const reply = await this.call("PUT", `/answers/${encodeURIComponent(questionId)}`, { answer, seq });
    const trouble = this.troubleOf(reply);
    if (trouble) {
      this.on.status(trouble, this.store.count);
      return false;
    }
    this.store.drop(questionId, seq);
    if (reply.ok) this.on.stored(questionId, reply.data, seq);
    else if (reply.status === 409) this.on.late(questionId, reply.data);
    else this.on.refused(reply.data.detail || String(reply.status));
    return true;
  }

  // A reply, or null when the network failed; `trouble` says whether it is the server's decision.
  async call(method, path, body) {
    let reply = await this.request(method, path, body);
    if (reply && reply.data.code === "csrf") {
      await this.renewToken();
      reply = await this.request(method, path, body);
    }
    this.trouble = this.troubleOf(reply);
    return reply;
  }

  troubleOf(reply) {
    if (!reply || reply.status >= 500 || reply.status === 429) return "offline";
    // Nobody is signed in here any more, or somebody else is, or a password has to be chosen first.
    const gone = reply.status === 401 || reply.status === 403 || ["csrf", "unknown-sitting"].includes(reply.data.code);
    return gone ? "signed-out" : "";
  }

  async request(method, path, body) {
    const options = {
      method,
      headers: { "X-CSRFToken": this.token, Accept: "application/json" },
      signal: AbortSignal.timeout(Sitting.PATIENCE_MS),
    };
    if (body !== undefined) {
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    try {
      const response = await fetch(this.api + path, options);
      const text = await response.text();
      const json = (response.headers.get("Content-Type") || "").includes("json");
      return { ok: response.ok, status: response.status, data: json && text ? JSON.parse(text) : {} };
    } catch {
      return null;
    }
  }

  // After signing in again in another tab this page's token is out of date.
  async renewToken() {
    try {
      const response = await fetch(location.href);
      // Not by DOMParser: it would hold that page's styles against the policy of this one.
      const found = (await response.text()).match(/<meta name="csrf-token" content="([^"]+)"/);
      if (found) this.token = found[1];
    } catch {
      // No network: the next try comes here again.
    }
  }
};
