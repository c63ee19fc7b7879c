"use strict";

// The clock of the contest, by the server's time.
Stage.Clock = class {
  // node holds [data-time], [data-clock-name], [data-clock-bar].
  constructor(node, live) {
    this.node = node;
    this.live = live;
    this.time = node.querySelector("[data-time]");
    this.name = node.querySelector("[data-clock-name]");
    this.bar = node.querySelector("[data-clock-bar]");
    setInterval(() => this.draw(), 100);
  }

  draw() {
    const state = this.live().public;
    const clock = state ? state.clock : null;
    this.node.classList.toggle("st-clock-none", !clock);
    if (!clock) {
      Stage.say(this.time, "––");
      Stage.say(this.name, "");
      this.bar.value = 0;
      this.node.classList.remove("st-clock-short", "st-clock-paused");
      return;
    }
    const left = this.live().left(clock);
    const seconds = Math.ceil(left / 1000);
    const minutes = Math.floor(seconds / 60);
    Stage.say(this.time, minutes ? `${minutes}:${String(seconds % 60).padStart(2, "0")}` : String(seconds));
    Stage.say(this.name, state.paused ? Stage.texts.paused : Stage.texts.clocks[clock.kind] || "");
    this.bar.max = clock.total_ms || 1;
    this.bar.value = left;
    this.node.classList.toggle("st-clock-short", left <= 5000 && !state.paused);
    this.node.classList.toggle("st-clock-paused", state.paused);
  }
};
