"use strict";

// The page of the big screen: connection, keys, and sound. F: full screen, M: sound.
(() => {
  const root = document.getElementById("screen");
  const { url, ticket, lang, join } = Hall.data("screen-live");
  const words = Hall.data("screen-words");
  const QUIET_MS = 3000;
  const show = (name, on) => { document.getElementById(`screen-${name}`).hidden = !on; };
  let first = true;
  let byHost = false;
  let byKey = false;

  const live = QuizLive.connect({
    url,
    ticket,
    lang,
    onState(state) {
      // The first state may be any: nothing has happened yet that could be celebrated.
      QuizScreen.render(root, state, { words, lang, join, emblem: root.dataset.emblem, now: () => live.now(), play: HallSound.play, still: first });
      first = false;
    },
    onStatus(kind, message) {
      show("offline", kind === "offline");
      show("ended", kind === "bye");
      if (kind === "bye") document.getElementById("screen-ended").textContent = message;
    },
    onMute(on) { byHost = on; HallSound.mute(byHost || byKey); },
  });

  HallSound.unlockOnFirstTouch();
  HallSound.listen(({ unlocked, muted }) => { show("locked", !unlocked && !muted); show("muted", muted); });

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(() => {});
  }

  const keys = {
    f: fullScreen,
    m() { byKey = !(byHost || byKey); byHost = false; HallSound.mute(byKey); },
  };
  window.addEventListener("keydown", (event) => {
    const key = keys[event.key.toLowerCase()];
    if (key && !event.ctrlKey && !event.metaKey && !event.altKey) key();
  });
  root.addEventListener("dblclick", fullScreen);

  // No pointer in the picture.
  let idle = 0;
  const stir = () => {
    document.body.classList.remove("qp-idle");
    clearTimeout(idle);
    idle = setTimeout(() => document.body.classList.add("qp-idle"), QUIET_MS);
  };
  window.addEventListener("pointermove", stir);
  stir();

  // A projector's computer must not fall asleep; where the browser can't promise it, it may.
  const stayAwake = () => { if (!document.hidden && navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
})();
