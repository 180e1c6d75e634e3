// Checks seals without Kelola and without a server. It is the twin of evidence/rules/seals.py, with
// SHA-2 (FIPS 180-4) and Ed25519 verification (RFC 8032) of its own: WebCrypto is absent on pages
// without HTTPS and on older phones, and only public data is handled here.
"use strict";

(() => {
  // SHA-2. The constants are what the standard says they are: fractional parts of roots of primes.
  const primes = [];
  for (let n = 2n; primes.length < 80; n++) {
    if (primes.every((p) => n % p !== 0n)) primes.push(n);
  }
  const root = (value, degree) => {
    let low = 0n, high = 1n << 80n;
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** degree <= value) low = middle; else high = middle - 1n;
    }
    return low;
  };
  const M64 = (1n << 64n) - 1n;
  const K512 = primes.map((p) => root(p << 192n, 3n) & M64);
  const H512 = primes.slice(0, 8).map((p) => root(p << 128n, 2n) & M64);
  const top32 = (word) => Number(word >> 32n);
  const K256 = K512.slice(0, 64).map(top32), H256 = H512.map(top32);

  const padded = (bytes, block) => {
    const length = Math.ceil((bytes.length + 1 + block / 8) / block) * block;
    const out = new Uint8Array(length);
    out.set(bytes);
    out[bytes.length] = 0x80;
    new DataView(out.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
    return out;
  };

  const sha512 = (bytes) => {
    const data = padded(bytes, 128), view = new DataView(data.buffer), state = [...H512];
    const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
    for (let at = 0; at < data.length; at += 128) {
      const w = Array.from({length: 16}, (_, i) => view.getBigUint64(at + 8 * i));
      for (let i = 16; i < 80; i++) {
        const a = w[i - 15], b = w[i - 2];
        w[i] = (w[i - 16] + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + w[i - 7]
          + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & M64;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i++) {
        const one = (h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & M64 & g))
          + K512[i] + w[i]) & M64;
        const two = ((turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & M64;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & M64, c, b, a, (one + two) & M64];
      }
      [a, b, c, d, e, f, g, h].forEach((v, i) => { state[i] = (state[i] + v) & M64; });
    }
    const out = new DataView(new ArrayBuffer(64));
    state.forEach((v, i) => out.setBigUint64(8 * i, v));
    return new Uint8Array(out.buffer);
  };

  const sha256 = (bytes) => {
    const data = padded(bytes, 64), view = new DataView(data.buffer);
    const state = new Uint32Array(H256), w = new Uint32Array(64);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let at = 0; at < data.length; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]
          + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((v, i) => { state[i] += v; });
    }
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((v, i) => out.setUint32(4 * i, v));
    return new Uint8Array(out.buffer);
  };

  // Ed25519, in extended coordinates.
  const P = (1n << 255n) - 19n;
  const L = (1n << 252n) + 27742317777372353535851937790883648493n;
  const mod = (x, m = P) => { const r = x % m; return r < 0n ? r + m : r; };
  const power = (base, exponent) => {
    let out = 1n;
    for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = b * b % P) {
      if (e & 1n) out = out * b % P;
    }
    return out;
  };
  const inverse = (x) => power(x, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const number = (bytes) => bytes.reduceRight((sum, b) => (sum << 8n) | BigInt(b), 0n);

  const point = (bytes) => {
    const all = number(bytes), y = all & ((1n << 255n) - 1n), sign = all >> 255n;
    if (y >= P) return null;
    const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
    let x = u * power(v, 3n) % P * power(u * power(v, 7n), (P - 5n) / 8n) % P;
    if (v * x % P * x % P !== u) x = x * power(2n, (P - 1n) / 4n) % P;
    if (v * x % P * x % P !== u || (x === 0n && sign)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, x * y % P];
  };
  const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
    const a = mod((y1 - x1) * (y2 - x2)), b = (y1 + x1) * (y2 + x2) % P;
    const c = 2n * D * t1 % P * t2 % P, d = 2n * z1 * z2 % P;
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  };
  const times = (n, start) => {
    let out = [0n, 1n, 1n, 0n];
    for (let p = start, k = n; k > 0n; k >>= 1n, p = add(p, p)) if (k & 1n) out = add(out, p);
    return out;
  };
  const BASE = (() => {
    const bytes = new Uint8Array(32).fill(0x66);
    bytes[0] = 0x58;
    return point(bytes);
  })();

  const signed = (publicKey, message, signature) => {
    const key = point(publicKey), s = number(signature.slice(32));
    if (!key || s >= L) return false;
    const hashed = new Uint8Array(64 + message.length);
    hashed.set(signature.slice(0, 32));
    hashed.set(publicKey, 32);
    hashed.set(message, 64);
    const h = number(sha512(hashed)) % L;
    const [x, y, z, t] = key;
    const [rx, ry, rz] = add(times(s, BASE), times(h, [mod(-x), y, z, mod(-t)]));
    const over = inverse(rz), y0 = ry * over % P, sign = rx * over % P & 1n;
    return number(signature.slice(0, 32)) === (y0 | (sign << 255n));
  };

  // The seal.
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16));
  const decode = (text) => {
    const out = [];
    let bits = 0, held = 0;
    for (const letter of text) {
      held = (held << 5) | ALPHABET.indexOf(letter);
      bits += 5;
      if (bits >= 8) { bits -= 8; out.push((held >> bits) & 255); }
      held &= (1 << bits) - 1;
    }
    return held === 0 && bits < 5 && [0, 2, 4, 5, 7].includes(text.length % 8) ? new Uint8Array(out) : null;
  };
  const find = (pasted) => {
    let text = pasted.trim();
    const at = text.lastIndexOf("s=");
    if (at >= 0 && text.includes("://")) text = text.slice(at + 2).split("&")[0].split("#")[0];
    return text.replace(/[\s-]+/g, "").toUpperCase();
  };
  const claim = (data) => {
    const text = new TextDecoder("utf-8", {fatal: true});
    const kindEnd = 52 + data[51], numberEnd = kindEnd + 1 + data[kindEnd];
    if (numberEnd !== data.length) return null;
    return {
      office: hex(data.slice(9, 17)),
      on: new Date(((data[17] << 8) | data[18]) * 86400000),
      digest: hex(data.slice(19, 51)),
      kind: text.decode(data.slice(52, kindEnd)),
      number: text.decode(data.slice(kindEnd + 1, numberEnd)),
    };
  };
  const verify = (seal, keys) => {
    const data = seal.length <= 600 && /^[A-Z2-7]+$/.test(seal) ? decode(seal) : null;
    if (!data || data.length < 51 + 2 + 64) return {outcome: "unreadable"};
    if (data[0] !== 1) return {outcome: "other_version"};
    const key = keys[hex(data.slice(1, 9))];
    if (!key) return {outcome: "unknown_key"};
    const body = data.slice(0, -64), domain = new TextEncoder().encode("kelola-seal-1\n");
    const message = new Uint8Array(domain.length + body.length);
    message.set(domain);
    message.set(body, domain.length);
    if (!signed(unhex(key), message, data.slice(-64))) return {outcome: "altered"};
    const said = claim(body);
    return said ? {outcome: "genuine", claim: said} : {outcome: "altered"};
  };

  window.kelolaSeal = {verify, find, sha256, sha512, signed, hex, unhex};
})();
