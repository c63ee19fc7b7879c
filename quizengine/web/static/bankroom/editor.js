"use strict";

// The page of one file: check while typing, problems that lead to their place, templates, saving.
document.addEventListener("DOMContentLoaded", () => {
  const WAIT_MS = 400;
  const form = document.getElementById("editor");
  const byId = (id) => document.getElementById(`editor-${id}`);
  const texts = JSON.parse(byId("texts").textContent);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_whole, name) => values[name]);
  let checks = 0;
  let timer;
  let passed = false;
  let unsaved = Boolean(form.dataset.unsaved);

  const code = new Bank.Code(byId("code"), (place) => {
    byId("place").textContent = fill(texts.place, place);
    form.elements.line.value = place.line;
  });

  function post(url, data) {
    return fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify({ file: form.elements.file.value, text: code.value, ...data }),
    });
  }

  // Whoever has signed in again in another tab has another token.
  async function renewToken() {
    const page = await (await fetch(form.dataset.page)).text();
    const [, token] = page.match(/<meta name="csrf-token" content="([^"]+)"/);
    form.elements.csrf_token.value = token;
  }

  // null: no answer from the server, and the page says so.
  async function ask(url, data) {
    try {
      let response = await post(url, data);
      if (response.status === 400) {
        await renewToken();
        response = await post(url, data);
      }
      if (response.redirected) {
        notice(texts.signedOut, "sign-in");
        return null;
      }
      return response.ok ? await response.json() : { refused: true };
    } catch {
      notice(texts.offline);
      return null;
    }
  }

  function notice(text, kind = "alert") {
    const box = byId(kind).content.cloneNode(true);
    box.querySelector("span, .qe-alert > div").prepend(text);
    byId("notice").replaceChildren(...(text ? [box] : []));
  }

  function state(text, kind = "") {
    byId("state").textContent = text;
    byId("brief").textContent = text;
    byId("state").className = kind;
    byId("brief").className = `qe-editor-brief ${kind}`;
  }

  function item(problem, own) {
    const node = byId(`problem-${problem.severity}`).content.firstElementChild.cloneNode(true);
    const place = node.querySelector("a");
    place.href = problem.url;
    place.textContent = `${problem.line}:${problem.column}`;
    if (own) Object.assign(place.dataset, { line: problem.line, column: problem.column });
    node.querySelector("code").textContent = own ? problem.code : `${problem.file} ${problem.code}`;
    node.querySelector(".qe-problem-text").textContent = problem.message;
    return node;
  }

  function show(found) {
    const elsewhere = byId("elsewhere");
    byId("problems").replaceChildren(...found.problems.map((problem) => item(problem, true)));
    elsewhere.hidden = !found.elsewhere.length;
    elsewhere.querySelector("ul").replaceChildren(...found.elsewhere.map((problem) => item(problem, false)));
    byId("ask").hidden = !found.problems.some((problem) => problem.guarded);
    code.mark(found.problems);
    const warnings = found.problems.length + found.elsewhere.length - found.errors;
    if (found.errors) state(fill(texts.errors, { errors: found.errors, warnings }), "is-broken");
    else if (warnings) state(fill(texts.warnings, { warnings }));
    else state(texts.fine, "is-fine");
  }

  async function check() {
    clearTimeout(timer);
    const number = (checks += 1);
    state(texts.checking);
    const found = await ask(form.dataset.lint, {});
    // A later text is being checked already.
    if (number !== checks) return found;
    if (found === null || found.refused) state("");
    else show(found);
    return found;
  }

  function changed() {
    unsaved = true;
    byId("unsaved").hidden = false;
    clearTimeout(timer);
    timer = setTimeout(check, WAIT_MS);
  }

  byId("text").addEventListener("input", changed);
  byId("unsaved").hidden = !unsaved;

  document.querySelector(".qe-editor-side").addEventListener("click", (event) => {
    const place = event.target.closest("a[data-line]");
    if (!place) return;
    event.preventDefault();
    code.jump(Number(place.dataset.line), Number(place.dataset.column));
  });

  // Saving asks first: with errors, or without a server, the text stays where it is.
  form.addEventListener("submit", async (event) => {
    const asks = event.submitter && "ask" in event.submitter.dataset;
    if (passed || asks) {
      unsaved = false;
      return;
    }
    event.preventDefault();
    notice("");
    const found = await check();
    if (found === null) return;
    if (found.errors) {
      notice(texts.refused);
      const first = found.problems.find((problem) => problem.severity === "error");
      if (first) code.jump(first.line, first.column);
      return;
    }
    passed = true;
    form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  const add = byId("add");
  if (add) {
    add.addEventListener("click", async () => {
      const filled = await ask(form.dataset.template, { kind: byId("kind").value });
      if (filled === null || filled.refused) return;
      code.value = filled.text;
      code.jump(filled.line);
      check();
    });
  }

  if (Number(form.dataset.line) > 1) code.jump(Number(form.dataset.line));
  check();
});
