"use strict";

// The dialogs of console and judge. Each form in them is one command.
Stage.Dialogs = class {
  // send(type, data) gives the command; view() the latest {state, own, acts}.
  constructor(send, view) {
    this.send = send;
    this.view = view;
    this.bind("judge-partial", (form) => this.judge(form));
    this.bind("adjust", (form) => this.points(form, "adjust"));
    this.bind("conduct", (form) => this.points(form, "foul"));
    this.bind("prompting", (form) => this.team(form, "foul", { kind: "prompting" }));
    this.bind("withdraw", (form) => this.team(form, "withdraw"));
    this.bind("reinstate", (form) => this.team(form, "reinstate"));
    this.bind("reason", (form) => this.reasoned(form));
    this.bind("undo", (form) => this.undo(form));
    this.bind("override", (form) => this.override(form));
    for (const button of document.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
    for (const dialog of document.querySelectorAll("dialog")) {
      // A click beside it.
      dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    }
  }

  dialog(name) {
    return document.getElementById(`dialog-${name}`);
  }

  form(name) {
    return document.getElementById(`form-${name}`);
  }

  get open() {
    return Boolean(document.querySelector("dialog[open]"));
  }

  bind(name, act) {
    const form = this.form(name);
    if (!form) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.fault(form, "");
      const command = act(form);
      if (command) this.give(form, command);
    });
  }

  async give(form, [type, data]) {
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const reply = await this.send(type, data, true);
    button.disabled = false;
    if (!reply.ok) {
      this.fault(form, reply.message);
      return;
    }
    form.closest("dialog").close();
  }

  fault(form, text) {
    const node = form.querySelector("[data-fault]");
    node.textContent = text;
    node.hidden = !text;
    return null;
  }

  // Its reason, or null after saying that one is needed.
  reasonOf(form) {
    const field = form.elements.reason;
    const reason = field.value.trim();
    if (reason) return reason;
    field.focus();
    return this.fault(form, Stage.texts.reason);
  }

  wholeOf(form, name = "points") {
    const field = form.elements[name];
    const text = field.value.trim().replace("\u2212", "-");
    if (/^[+-]?\d{1,4}$/.test(text)) return Number(text);
    field.focus();
    return this.fault(form, Stage.texts.wholePoints);
  }

  show(name, focus) {
    const dialog = this.dialog(name);
    for (const form of dialog.querySelectorAll("form")) this.fault(form, "");
    if (!dialog.open) dialog.showModal();
    if (focus) {
      focus.focus();
      if (focus.select) focus.select();
    }
  }

  // --- Verdicts ---

  // What a right answer is worth here.
  worth() {
    const { state } = this.view();
    return (state.turn && state.turn.points) || (state.round && state.round.right) || 0;
  }

  askPartial(team) {
    const form = this.form("judge-partial");
    form.elements.team.value = team;
    form.elements.points.value = Math.round(this.worth() / 2);
    Stage.say(this.dialog("judge-partial").querySelector("[data-team]"), this.teamName(team));
    this.show("judge-partial", form.elements.points);
  }

  judge(form) {
    const points = this.wholeOf(form);
    return points === null ? null : ["judge", { team: Number(form.elements.team.value), verdict: "partial", points }];
  }

  // --- A team ---

  teamName(id) {
    const team = this.view().state.teams.find((one) => one.id === id);
    return team ? team.name : "";
  }

  openTeam(team) {
    const { acts } = this.view();
    const dialog = this.dialog("team");
    Stage.say(dialog.querySelector("[data-team]"), this.teamName(team));
    const shown = { adjust: acts.can("adjust", team), conduct: acts.can("foul", team), prompting: this.mayPrompt(team), withdraw: acts.can("withdraw", team), reinstate: acts.can("reinstate", team) };
    for (const [name, isShown] of Object.entries(shown)) {
      const form = this.form(name);
      form.hidden = !isShown;
      form.reset();
      form.elements.team.value = team;
    }
    const first = Object.keys(shown).find((name) => shown[name]);
    this.show("team", first ? this.form(first).querySelector("input:not([type=hidden])") : null);
  }

  // Prompting is a foul on the question that this team is answering alone.
  mayPrompt(team) {
    const { state, acts } = this.view();
    const kinds = acts.list.filter((one) => one.type === "foul" && one.kind !== undefined);
    if (kinds.length) return kinds.some((one) => one.kind === "prompting" && (one.team ?? team) === team);
    return acts.can("foul", team) && Boolean(state.round && state.round.kind === "compulsory" && state.turn && state.turn.team === team);
  }

  points(form, type) {
    const points = this.wholeOf(form);
    const reason = points === null ? null : this.reasonOf(form);
    if (reason === null) return null;
    const data = { team: Number(form.elements.team.value), points, reason };
    return [type, type === "foul" ? { ...data, points: Math.abs(points), kind: "conduct" } : data];
  }

  team(form, type, more = {}) {
    const reason = this.reasonOf(form);
    return reason === null ? null : [type, { team: Number(form.elements.team.value), reason, ...more }];
  }

  // --- Swap, void, end of the round ---

  askReason(type) {
    const form = this.form("reason");
    form.reset();
    form.elements.type.value = type;
    Stage.say(this.dialog("reason").querySelector("[data-what]"), Stage.texts.actions[type]);
    const { own } = this.view();
    Stage.say(this.dialog("reason").querySelector("[data-more]"), type === "swap" ? Stage.fill(Stage.texts.spares, { count: own.spares }) : "");
    this.show("reason", form.elements.reason);
  }

  reasoned(form) {
    const reason = this.reasonOf(form);
    return reason === null ? null : [form.elements.type.value, { reason }];
  }

  // --- Undo and override ---

  undoText() {
    const { own } = this.view();
    if (!own || !own.undo) return "";
    const event = (own.log || []).find((one) => one.seq === own.undo.target);
    const what = event ? `${Stage.Words.event(event, (id) => this.teamName(id))} (${Stage.Words.author(event.by)})` : Stage.texts.actions[own.undo.type] || own.undo.type;
    return Stage.fill(Stage.texts.undoWhat, { what });
  }

  askUndo() {
    const { own } = this.view();
    if (!own || !own.undo) return;
    const form = this.form("undo");
    form.elements.target.value = own.undo.target;
    Stage.say(this.dialog("undo").querySelector("[data-what]"), this.undoText());
    this.show("undo", form.querySelector("[type=submit]"));
  }

  undo(form) {
    return ["undo", { target: Number(form.elements.target.value) }];
  }

  askOverride() {
    const { own } = this.view();
    const form = this.form("override");
    form.reset();
    form.elements.of.replaceChildren(...own.history.map((one) => Stage.el("option", { value: `${one.team}:${one.key}` }, this.earlier(one))));
    this.show("override", form.elements.of);
  }

  // 'Round 2, question 3 · team · wrong −10'
  earlier(one) {
    const where = one.number ? Stage.fill(Stage.texts.earlier, one) : one.key;
    return [where, this.teamName(one.team), Stage.Words.verdict(one.verdict, one.points)].join(" · ");
  }

  override(form) {
    const [team, question] = [form.elements.of.value.split(":")[0], form.elements.of.value.split(":").slice(1).join(":")];
    const verdict = form.elements.verdict.value;
    const points = verdict === "partial" ? this.wholeOf(form) : undefined;
    const reason = points === null ? null : this.reasonOf(form);
    if (reason === null) return null;
    const data = { question, team: Number(team), verdict, reason };
    return ["override", points === undefined ? data : { ...data, points }];
  }
};
