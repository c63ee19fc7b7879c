"use strict";

// SHA-256 (FIPS 180-4) of a text in UTF-8, as lower-case hex. Browsers offer their own only on
// pages served with TLS, which an intranet may lack.
window.sha256 = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  // The first 32 bits of the fractional part of a root.
  const fraction = (number, root) => Math.floor((number ** root % 1) * 2 ** 32);
  const K = primes.map((p) => fraction(p, 1 / 3));
  const START = primes.slice(0, 8).map((p) => fraction(p, 1 / 2));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  function padded(bytes) {
    const length = Math.ceil((bytes.length + 9) / 64) * 64;
    const all = new Uint8Array(length);
    all.set(bytes);
    all[bytes.length] = 0x80;
    const view = new DataView(all.buffer);
    view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(length - 4, (bytes.length * 8) >>> 0);
    return view;
  }

  function block(view, at, hash) {
    const w = new Array(64);
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const [a, b] = [w[i - 15], w[i - 2]];
      const small0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
      const small1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] + small0 + w[i - 7] + small1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i += 1) {
      const big1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const first = (h + big1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const big0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    return [a, b, c, d, e, f, g, h].map((word, i) => (word + hash[i]) | 0);
  }

  return (text) => {
    const view = padded(new TextEncoder().encode(text));
    let hash = START;
    for (let at = 0; at < view.byteLength; at += 64) hash = block(view, at, hash);
    return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };
})();
