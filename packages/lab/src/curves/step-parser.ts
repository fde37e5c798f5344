/** Parses the lines of steps of a metrics file many times faster than JSON.parse, since a run can have millions of them. */

/** Codes of the characters 0, 9, -, +, ., e, }, line break, and of the letters of null. */
const [ZERO, NINE, MINUS, PLUS, POINT, E, CLOSE, NEWLINE] = [48, 57, 45, 43, 46, 101, 125, 10] as const;
const [N, U, L] = [110, 117, 108] as const;
/** Numbers below it take another digit without losing exactness. */
const LARGEST = 1e14;
const POWERS = Array.from({ length: 309 }, (_, i) => Number(`1e${i}`));

/**
 * Parser that expects each line to have the same keys in the same order as the line before. Other lines take the slower
 * path through JSON.parse and become the new expectation. Numbers are exact to about 1e-15 of their value. Gaps are NaN.
 */
export class StepParser {
  #keys: readonly string[] = [];
  /** Bytes of each key with its punctuation, such as `,"loss":`. */
  #parts: readonly Uint8Array[] = [];
  #values = new Float64Array(0);

  /** Keys of the last line. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Values of the last line, in the order of `keys`. */
  get values(): Float64Array {
    return this.#values;
  }

  /**
   * Reads the line of a step that has the expected keys.
   * @param bytes the byte after the last one is no part of a number or key, so that reading ends there
   * @returns the index after the line; -1 if the line is another one or incomplete
   */
  readExpected(bytes: Uint8Array, from: number): number {
    const parts = this.#parts;
    if (parts.length === 0) return -1;
    position = from;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as Uint8Array;
      for (let k = 0; k < part.length; k++) if (bytes[position + k] !== part[k]) return -1;
      position += part.length;
      if (!readNumber(bytes)) return -1;
      this.#values[i] = found;
    }
    return bytes[position] === CLOSE && bytes[position + 1] === NEWLINE ? position + 2 : -1;
  }

  /** Reads the text of any line. Returns false if it is not a step. */
  readAny(text: string): boolean {
    const line = parse(text);
    if (line === null || !Object.hasOwn(line, "step") || !Object.hasOwn(line, "epoch")) return false;
    const entries = Object.entries(line);
    if (!entries.every(([, value]) => value === null || typeof value === "number")) return false;
    this.#keys = entries.map(([key]) => key);
    this.#values = Float64Array.from(entries, ([, value]) => (value === null ? Number.NaN : (value as number)));
    this.#parts = this.#keys.map((key, i) =>
      Uint8Array.from(Buffer.from(`${i === 0 ? "{" : ","}${JSON.stringify(key)}:`)),
    );
    return true;
  }
}

// Position of the reader and the last number. Variables of the module are faster than results of a function.
let position = 0;
let found = 0;

/** Reads a number or null at the position. Returns false if there is neither. */
function readNumber(bytes: Uint8Array): boolean {
  let at = position;
  let byte = bytes[at] as number;
  if (byte === N) {
    found = Number.NaN;
    position = at + 4;
    return bytes[at + 1] === U && bytes[at + 2] === L && bytes[at + 3] === L;
  }
  const isNegative = byte === MINUS;
  if (isNegative) byte = bytes[++at] as number;
  const first = at;
  let mantissa = 0;
  let exponent = 0;
  for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] as number) {
    if (mantissa < LARGEST) mantissa = 10 * mantissa + byte - ZERO;
    else exponent++;
  }
  if (at === first) return false;
  if (byte === POINT) {
    for (byte = bytes[++at] as number; byte >= ZERO && byte <= NINE; byte = bytes[++at] as number) {
      if (mantissa >= LARGEST) continue;
      mantissa = 10 * mantissa + byte - ZERO;
      exponent--;
    }
  }
  if (byte === E) {
    byte = bytes[++at] as number;
    const sign = byte === MINUS ? -1 : 1;
    if (byte === MINUS || byte === PLUS) byte = bytes[++at] as number;
    let power = 0;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] as number) power = 10 * power + byte - ZERO;
    exponent += sign * power;
  }
  position = at;
  const size = exponent < 0 ? mantissa / (POWERS[-exponent] ?? Infinity) : mantissa * (POWERS[exponent] ?? Infinity);
  found = isNegative ? -size : size;
  return true;
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
