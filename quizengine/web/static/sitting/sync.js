"use strict";

// Delivers answers to the server, one after the other, until each is acknowledged.
window.Sitting = window.Sitting || {};

Sitting.Sync = class {
  // on: {status(kind, unsent), stored(questionId, reply), late(questionId, problem), refused(text)}
  constructor(api, store, on) {
    this.api = api;
    this.store = store;
    this.on = on;
    this.token = document.querySelector("meta[name=csrf-token]").content;
    this.delay = 0;
    this.running = false;
    this.timer = null;
    window.addEventListener("online", () => this.flush());
    window.addEventListener("offline", () => this.on.status("offline", this.store.count));
  }

  // Send what is waiting; resolves when nothing is left or the network has failed.
  async flush() {
    clearTimeout(this.timer);
    if (this.running) return this.running;
    this.running = this.deliver().finally(() => { this.running = false; });
    return this.running;
  }

  async deliver() {
    let sent = true;
    while (sent && this.store.count) {
      this.on.status(this.delay ? "offline" : "saving", this.store.count);
      const [questionId, { answer, seq }] = Object.entries(this.store.all())[0];
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
    if (!reply) {
      this.on.status("offline", this.store.count);
      return false;
    }
    if (reply.ok) {
      this.store.drop(questionId, seq);
      this.on.stored(questionId, reply.data, seq);
      return true;
    }
    return this.decided(reply, questionId, seq);
  }

  async decided(reply, questionId, seq) {
    if (reply.status === 401) {
      this.on.status("signed-out", this.store.count);
      return false;
    }
    if (reply.status === 409) {
      this.store.drop(questionId, seq);
      this.on.late(questionId, reply.data);
      return true;
    }
    if (reply.data.code === "csrf" || (reply.status === 400 && reply.data.code === undefined)) {
      await this.renewToken();
      return false;
    }
    if (reply.status >= 500 || reply.status === 429) {
      this.on.status("offline", this.store.count);
      return false;
    }
    this.store.drop(questionId, seq);
    this.on.refused(reply.data.detail || reply.data.title || String(reply.status));
    return true;
  }

  // A reply, or null when the network failed.
  async call(method, path, body) {
    const options = { method, headers: { "X-CSRFToken": this.token, Accept: "application/json" } };
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
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      this.token = page.querySelector("meta[name=csrf-token]").content;
    } catch {
      // No network: the next try comes here again.
    }
  }
};
