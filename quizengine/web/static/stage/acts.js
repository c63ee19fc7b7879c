"use strict";

// What may be done now, as the server says it.
Stage.Acts = class {
  constructor(state, own, isHost) {
    this.list = own && own.actions ? own.actions : [];
    // Before the log has its first line there are no rules to ask: a host may begin.
    if (isHost && state && state.phase === "lobby") this.list = [{ type: "begin", primary: true }];
    this.round = state && state.round;
    this.partial = !this.round || Stage.texts.partial[this.round.id] !== false;
  }

  // Whether a command is possible, for this team where one is named.
  can(type, team) {
    return this.list.some((one) => one.type === type && (team === undefined || one.team === undefined || one.team === null || one.team === team));
  }

  // Whether there is anything to do with a team beside its verdict.
  team(team) {
    return ["adjust", "foul", "withdraw", "reinstate"].some((type) => this.can(type, team));
  }

  // Teams whose verdict is due.
  get judged() {
    return this.list.filter((one) => one.type === "judge" && one.team !== undefined && one.team !== null).map((one) => one.team);
  }

  // What comes next: the command of the big button. Verdicts and values have buttons of their own.
  get primary() {
    return this.list.find((one) => one.primary && !["judge", "choose"].includes(one.type)) || null;
  }
};
