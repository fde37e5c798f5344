/** Parses the lines of steps of a metrics file many times faster than JSON.parse, since a run can have millions of them. */

const [ZERO, NINE, MINUS, PLUS, POINT, E, N, CLOSE] = [..."09-+.en}"].map((character) => character.charCodeAt(0)) as [
  ...[number, number, number, number],
  ...[number, number, number, number],
];
/** Digits of a whole number that a double stores exactly. */
const DIGITS = 15;
const POWERS = Array.from({ length: 309 }, (_, i) => Number(`1e${i}`));

/** Values of a step by name. Gaps are NaN. */
export type StepValues = ReadonlyMap<string, number>;

/**
 * Parser that expects each line to have the same keys in the same order as the line before. Other lines take the slower
 * path through JSON.parse and become the new expectation. Numbers are exact to about 1e-15 of their value.
 */
export class StepParser {
  #keys: readonly string[] = [];
  /** Bytes of each key with its punctuation, such as `,"loss":`. */
  #parts: readonly Buffer[] = [];
  #values: number[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Keys of the last line. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Values of the last line, in the order of `keys`. */
  get values(): readonly number[] {
    return this.#values;
  }

  /** Reads a line from `from` to `to`, which is excluded. Returns false if it is not the line of a step. */
  read(bytes: Buffer, from: number, to: number): boolean {
    return this.#readExpected(bytes, from, to) || this.#readAny(bytes.toString("utf8", from, to));
  }

  #readExpected(bytes: Uint8Array, from: number, to: number): boolean {
    const parts = this.#parts;
    if (parts.length === 0) return false;
    this.#bytes = bytes;
    this.#at = from;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as Buffer;
      for (let k = 0; k < part.length; k++) if (bytes[this.#at + k] !== part[k]) return false;
      this.#at += part.length;
      const value = this.#number();
      if (value === undefined) return false;
      this.#values[i] = value;
    }
    return this.#at === to - 1 && bytes[this.#at] === CLOSE;
  }

  /** Reads a number or null; undefined if there is neither. */
  #number(): number | undefined {
    const bytes = this.#bytes;
    let at = this.#at;
    if (bytes[at] === N) {
      this.#at = at + 4;
      return Number.NaN;
    }
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const first = at;
    let [mantissa, digits, exponent] = [0, 0, 0];
    let isFraction = false;
    for (; ; at++) {
      const byte = bytes[at] as number;
      if (byte >= ZERO && byte <= NINE) {
        if (digits < DIGITS) {
          mantissa = 10 * mantissa + byte - ZERO;
          if (mantissa > 0) digits++;
          if (isFraction) exponent--;
        } else if (!isFraction) exponent++;
      } else if (byte === POINT && !isFraction) isFraction = true;
      else break;
    }
    if (at === first) return undefined;
    if (bytes[at] === E) {
      at++;
      const sign = bytes[at] === MINUS ? -1 : 1;
      if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
      let power = 0;
      for (let byte = bytes[at] as number; byte >= ZERO && byte <= NINE; byte = bytes[++at] as number) {
        power = 10 * power + byte - ZERO;
      }
      exponent += sign * power;
    }
    this.#at = at;
    const size = exponent < 0 ? mantissa / (POWERS[-exponent] ?? Infinity) : mantissa * (POWERS[exponent] ?? Infinity);
    return isNegative ? -size : size;
  }

  #readAny(text: string): boolean {
    const line = parse(text);
    if (line === null || !Object.hasOwn(line, "step") || !Object.hasOwn(line, "epoch")) return false;
    const entries = Object.entries(line);
    if (!entries.every(([, value]) => value === null || typeof value === "number")) return false;
    this.#keys = entries.map(([key]) => key);
    this.#values = entries.map(([, value]) => (value === null ? Number.NaN : (value as number)));
    this.#parts = this.#keys.map((key, i) => Buffer.from(`${i === 0 ? "{" : ","}${JSON.stringify(key)}:`));
    return true;
  }
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
