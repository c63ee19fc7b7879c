"use strict";

// Computes a draw again from its published record: seed, list, tickets, winners.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("check");
  if (!button) return;
  const record = JSON.parse(document.getElementById("draw-record").textContent);
  const texts = JSON.parse(document.getElementById("draw-texts").textContent);

  function fault() {
    if (sha256(record.seed) !== record.commitment) return texts.seed;
    const entries = [...new Set(record.entries)].sort();
    if (sha256(entries.map((entry) => `${entry}\n`).join("")) !== record.list_digest) return texts.list;
    const tickets = entries.map((entry) => ({ entry, ticket: sha256(`${record.seed}|${record.public}|${entry}`) }));
    tickets.sort((a, b) => (a.ticket < b.ticket ? -1 : 1));
    const kinds = record.prizes.flatMap((prize, number) => Array(prize.count).fill(number));
    const winners = tickets.slice(0, kinds.length).map((each, at) => ({ ...each, prize: kinds[at] }));
    const same = winners.length === record.winners.length
      && winners.every((each, at) => each.entry === record.winners[at].entry && each.prize === record.winners[at].prize);
    return same ? "" : texts.winners;
  }

  button.addEventListener("click", () => {
    let found;
    try {
      found = fault();
    } catch {
      found = texts.unreadable;
    }
    const note = document.createElement("div");
    note.className = `alert alert-${found ? "danger" : "success"} qe-alert mb-0`;
    note.textContent = found || texts.good;
    document.getElementById("check-result").replaceChildren(note);
  });
});
