"use strict";

// Sound cues, made by the browser itself. Without a person's first click it may not sound at all.
window.HallSound = (() => {
  let context = null;
  let out = null;
  let muted = false;
  const listeners = new Set();
  // Teams are told apart by pitch: steps of a pentatonic scale, which never clash.
  const PITCHES = [262, 330, 392, 294, 440, 523, 349, 587, 659, 494, 784, 698];

  function status() {
    return { unlocked: Boolean(context && context.state === "running"), muted };
  }

  function tell() {
    for (const listener of listeners) listener(status());
  }

  // Only within a click or a key press; earlier the browser refuses.
  async function unlock() {
    if (!window.AudioContext) return;
    if (!context) {
      context = new AudioContext();
      out = context.createGain();
      const limit = context.createDynamicsCompressor();
      out.connect(limit).connect(context.destination);
      out.gain.value = muted ? 0 : 0.8;
    }
    if (context.state !== "running") await context.resume();
    tell();
  }

  function mute(on) {
    muted = on;
    if (out) out.gain.setTargetAtTime(on ? 0 : 0.8, context.currentTime, 0.02);
    tell();
  }

  // One note: rises at once, dies away; `to` lets the pitch glide.
  function note(pitch, at, length, { shape = "sine", loud = 0.3, to = pitch } = {}) {
    const from = context.currentTime + at;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = shape;
    tone.frequency.setValueAtTime(pitch, from);
    if (to !== pitch) tone.frequency.exponentialRampToValueAtTime(to, from + length);
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loud, from + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.0008, from + length);
    tone.connect(gain).connect(out);
    tone.start(from);
    tone.stop(from + length + 0.05);
  }

  // Many hands: short bursts of filtered noise that swell and fade.
  function applause(length) {
    const rate = context.sampleRate;
    const buffer = context.createBuffer(2, rate * length, rate);
    for (let channel = 0; channel < 2; channel += 1) {
      const samples = buffer.getChannelData(channel);
      let clap = 0;
      for (let i = 0; i < samples.length; i += 1) {
        if (Math.random() < 220 / rate) clap = 0.5 + Math.random() / 2;
        clap *= 0.9985;
        const swell = Math.min(1, i / rate) * Math.min(1, (samples.length - i) / rate / 1.8);
        samples[i] = (Math.random() * 2 - 1) * (0.12 + clap) * swell * 0.35;
      }
    }
    const source = context.createBufferSource();
    const filter = context.createBiquadFilter();
    filter.type = "bandpass";
    filter.frequency.value = 1700;
    filter.Q.value = 0.6;
    source.buffer = buffer;
    source.connect(filter).connect(out);
    source.start();
  }

  const cues = {
    tick: () => note(880, 0, 0.09, { shape: "triangle", loud: 0.22 }),
    last_tick: () => note(1320, 0, 0.16, { shape: "triangle", loud: 0.32 }),
    question: () => { note(523, 0, 0.35, { loud: 0.2 }); note(784, 0.11, 0.5, { loud: 0.2 }); },
    open: () => { note(659, 0, 0.14, { shape: "square", loud: 0.12 }); note(988, 0.12, 0.45, { shape: "square", loud: 0.14 }); },
    buzz: (number = 1) => {
      const pitch = PITCHES[(number - 1) % PITCHES.length];
      note(pitch, 0, 0.7, { shape: "sawtooth", loud: 0.22 });
      note(pitch * 2, 0, 0.55, { shape: "square", loud: 0.1 });
      note(pitch * 1.5, 0.06, 0.6, { shape: "triangle", loud: 0.14 });
    },
    right: () => [523, 659, 784, 1047].forEach((pitch, i) => note(pitch, i * 0.09, 0.55, { shape: "triangle", loud: 0.26 })),
    wrong: () => { note(196, 0, 0.38, { shape: "sawtooth", loud: 0.2, to: 155 }); note(139, 0.28, 0.6, { shape: "sawtooth", loud: 0.22, to: 98 }); },
    foul: () => [0, 0.16].forEach((at) => note(311, at, 0.14, { shape: "square", loud: 0.16, to: 233 })),
    time_up: () => [0, 0.24].forEach((at) => note(220, at, 0.34, { shape: "square", loud: 0.18 })),
    reveal: () => [392, 523, 659].forEach((pitch) => note(pitch, 0, 0.8, { loud: 0.14 })),
    fanfare: () => {
      [[392, 0], [523, 0.18], [659, 0.36], [784, 0.54], [659, 0.84], [784, 1.0], [1047, 1.2]].forEach(([pitch, at]) => {
        const length = at > 1.1 ? 1.8 : 0.4;
        note(pitch, at, length, { shape: "sawtooth", loud: 0.12 });
        note(pitch / 2, at, length, { shape: "triangle", loud: 0.18 });
      });
      applause(5);
    },
  };

  // Nothing while it is locked or muted; `detail` of buzz: the team's number.
  function play(cue, detail) {
    if (context && context.state === "running" && !muted && cues[cue]) cues[cue](detail);
  }

  // Where a browser asks for a first click, each click on the page is one.
  function unlockOnFirstTouch() {
    const first = () => {
      unlock();
      for (const kind of ["pointerdown", "keydown"]) window.removeEventListener(kind, first, true);
    };
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, first, true);
  }

  return { unlock, unlockOnFirstTouch, mute, play, status, listen(listener) { listeners.add(listener); listener(status()); } };
})();
