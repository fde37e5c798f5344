const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** The possible changes of bytes. */
const BYTES = {
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  flip(bytes, random) {
    for (let i = random.below(4); i >= 0; i--) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes;
  },
  extreme(bytes, random) {
    const size = random.pick([1, 2, 4]);
    if (bytes.length < size) return bytes;
    // Headers are at the start of files.
    const limit = random.share() < 0.5 ? Math.min(64, bytes.length) : bytes.length;
    const at = random.below(limit - size + 1);
    const value = random.pick(EXTREMES) % 2 ** (8 * size);
    if (random.share() < 0.5) bytes.writeUIntBE(value, at, size);
    else bytes.writeUIntLE(value, at, size);
    return bytes;
  },
  splice(bytes, random) {
    const [from, to] = [random.below(bytes.length), random.below(bytes.length)];
    const part = Buffer.from(bytes.subarray(from, from + random.below(64)));
    return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(random.share() < 0.5 ? to : to + part.length)]);
  },
  append: (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(16), random.below(256))]),
};

/** Returns a copy of bytes with one to three changes. */
export function mutateBytes(bytes, random) {
  let changed = Buffer.from(bytes);
  for (let i = random.below(3); i >= 0; i--) {
    const change = BYTES[random.pick(Object.keys(BYTES))];
    if (changed.length > 0) changed = change(changed, random);
  }
  return changed;
}

/** The possible changes of a JSON value, each with the text of the new value. */
const VALUES = [
  ...["null", "{}", "[]", '""', "true", "0", "-1", "-0", "0.5", "1e12", "1e308", "-1e308", "9007199254740993"],
  ...[
    '"__proto__"',
    '"toString"',
    '"\\u0000\\u001b[31m\\ud800"',
    "[null]",
    "[[1]]",
    '{"kind":"x"}',
    '{"__proto__":{"x":1}}',
  ],
  ...[`"${"x".repeat(5000)}"`, `${"[".repeat(2000)}${"]".repeat(2000)}`],
];
const KEYS = ["__proto__", "constructor", "kind", "x", ""];

/** Returns the objects and lists within a value, itself included. */
const containers = (value) =>
  typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(containers)] : [];

/** Returns the text of a value with one to three changes of its parts. */
export function mutateJson(value, random, indent) {
  const copy = structuredClone(value);
  const swaps = [];
  for (let i = random.below(3); i >= 0; i--) {
    const inside = random.pick(containers(copy));
    const key = random.pick(Object.keys(inside));
    const what = random.share();
    if (key === undefined || (what < 0.1 && !Array.isArray(inside))) {
      swap(inside, Array.isArray(inside) ? 0 : random.pick(KEYS));
    } else if (what < 0.3 && !Array.isArray(inside)) delete inside[key];
    else if (what < 0.4 && Array.isArray(inside)) inside.splice(Number(key), 1);
    else if (what < 0.5) inside[key] = structuredClone(random.pick(Object.values(inside)));
    else swap(inside, key);
  }
  return swaps.reduce(
    (text, [mark, becomes]) => text.replace(JSON.stringify(mark), () => becomes),
    JSON.stringify(copy, null, indent),
  );

  function swap(inside, key) {
    const mark = `\uE000swap${swaps.length}\uE000`;
    Object.defineProperty(inside, key, { value: mark, enumerable: true, configurable: true, writable: true });
    swaps.push([mark, random.pick(VALUES)]);
  }
}

/** Returns a text with one to three of its tokens removed, repeated, swapped or replaced. */
export function mutateText(text, random, words) {
  const tokens = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
  for (let i = random.below(3); i >= 0; i--) {
    const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
    const what = random.below(5);
    if (what === 0) tokens.splice(a, 1);
    else if (what === 1) tokens.splice(a, 0, tokens[b] ?? "");
    else if (what === 2) [tokens[a], tokens[b]] = [tokens[b], tokens[a]];
    else if (what === 3) tokens[a] = random.pick(words);
    else tokens[a] = (tokens[a] ?? "").repeat(random.pick([2, 10, 20_000]));
  }
  return tokens.join("");
}
