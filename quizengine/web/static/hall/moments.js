"use strict";

// What has happened between two states: for sounds, and for what flashes up on the big screen.
Hall.moments = (() => {
  // A phase that ends less than this before its time has run out: clocks of screens differ a little.
  const SLACK_MS = 250;

  function sameQuestion(before, after) {
    return (before.question?.key ?? null) === (after.question?.key ?? null);
  }

  function timeUp(before, after, now) {
    const over = before.clock && before.clock.ends_at !== null && now >= before.clock.ends_at - SLACK_MS;
    return over && before.step !== after.step && !after.buzz?.winner && before.clock.kind !== "read";
  }

  function verdicts(before, after) {
    const known = sameQuestion(before, after) ? before.verdicts || [] : [];
    const news = (after.verdicts || []).slice(known.length);
    return news.map((verdict) => ({ kind: ["right", "partial"].includes(verdict.verdict) ? "right" : "wrong", ...verdict }));
  }

  function fouls(before, after) {
    const counts = new Map(before.teams.map((team) => [team.id, team.fouls]));
    return after.teams.filter((team) => team.fouls > (counts.get(team.id) ?? 0)).map((team) => ({ kind: "foul", team: team.id }));
  }

  function buzzes(before, after) {
    const winner = after.buzz?.winner ?? null;
    if (winner === null || (before.buzz?.winner ?? null) === winner) return [];
    const place = after.buzz.order.find((one) => one.team === winner);
    return [{ kind: "buzz", team: winner, ms: place ? place.ms : null, early: Boolean(place?.early) }];
  }

  function turns(before, after) {
    const found = [];
    if (after.question && !sameQuestion(before, after)) found.push({ kind: "question" });
    if (after.phase === "buzzing" && after.buzz?.open && !before.buzz?.open) found.push({ kind: "open" });
    if (after.phase === "revealed" && before.phase !== "revealed") found.push({ kind: "reveal" });
    if (after.phase === "finished" && before.phase !== "finished") found.push({ kind: "fanfare" });
    return found;
  }

  // `now`: by the server's clock, in milliseconds. Nothing has happened before the first state.
  return (before, after, now) => {
    if (!before || before.contest.id !== after.contest.id || after.step < before.step) return [];
    const ends = timeUp(before, after, now) ? [{ kind: "time_up" }] : [];
    const judged = verdicts(before, after);
    const rest = turns(before, after).filter((one) => !(one.kind === "reveal" && judged.length));
    return [...ends, ...fouls(before, after), ...buzzes(before, after), ...judged, ...rest];
  };
})();
