/**
 * Functions exp, log, cos and pow for float32 results, written once over an abstract arithmetic: on JavaScript numbers
 * for the interpreter, on pairs of float64 lanes for the WebAssembly kernel. Both run the same operations in the same
 * order, so they agree bit for bit. They compute in float64, so that the float32 result is correctly rounded or
 * adjacent to it.
 */
export interface Arithmetic<T> {
  constant(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  min(a: T, b: T): T;
  max(a: T, b: T): T;
  /** Rounds to the nearest whole number, ties to even. */
  nearest(a: T): T;
  /** Returns 2^n for a whole n from -1022 to 1023. */
  powerOfTwo(n: T): T;
  /** Returns e of a normal number x = m 2^e with 1 <= m < 2. */
  exponent(x: T): T;
  /** Returns m of a normal number x = m 2^e with 1 <= m < 2. */
  mantissa(x: T): T;
  /** Returns `yes` if a > b, else `no`, also for NaN. */
  selectGreater(a: T, b: T, yes: T, no: T): T;
}

export type FunctionName = "exp" | "log" | "cos" | "pow";

/** Evaluates c[0] + c[1] x + c[2] x^2 + ... from the highest power down. */
function polynomial<T>(a: Arithmetic<T>, x: T, coefficients: readonly number[]): T {
  const [highest, ...rest] = [...coefficients].reverse();
  return rest.reduce((sum, c) => a.add(a.mul(sum, x), a.constant(c)), a.constant(highest as number));
}

/** Returns 1 / (first + step n)! with alternating or constant sign, for n = 0, 1, ... */
function inverseFactorials(count: number, first: number, step: number, sign: 1 | -1): number[] {
  return Array.from({ length: count }, (_, n) => {
    let factorial = 1;
    for (let k = 2; k <= first + step * n; k++) factorial *= k;
    return sign ** n / factorial;
  });
}

const EXP = inverseFactorials(14, 0, 1, 1);
const SIN = inverseFactorials(12, 1, 2, -1);
const ATANH = Array.from({ length: 14 }, (_, n) => 2 / (2 * n + 1));

/** Magnitude of x beyond which a float32 result is 0 or infinite. */
const EXP_LIMIT = 700;

function exp<T>(a: Arithmetic<T>, x: T): T {
  const bounded = a.min(a.max(x, a.constant(-EXP_LIMIT)), a.constant(EXP_LIMIT));
  const n = a.nearest(a.mul(bounded, a.constant(Math.LOG2E)));
  // ln 2 in two parts: the first has few enough bits for n times it to be exact.
  const r = a.sub(
    a.sub(bounded, a.mul(n, a.constant(0.6931471803691238))),
    a.mul(n, a.constant(1.9082149292705877e-10)),
  );
  return a.mul(polynomial(a, r, EXP), a.powerOfTwo(n));
}

function log<T>(a: Arithmetic<T>, x: T): T {
  const zero = a.constant(0);
  const infinity = a.constant(Number.POSITIVE_INFINITY);
  // m is scaled to [1/sqrt 2, sqrt 2), so that log(m) = 2 atanh(s) has a small s and is exact at 1.
  const [wide, root] = [a.mantissa(x), a.constant(Math.SQRT2)];
  const m = a.selectGreater(wide, root, a.mul(wide, a.constant(0.5)), wide);
  const e = a.selectGreater(wide, root, a.add(a.exponent(x), a.constant(1)), a.exponent(x));
  const s = a.div(a.sub(m, a.constant(1)), a.add(m, a.constant(1)));
  const series = a.mul(s, polynomial(a, a.mul(s, s), ATANH));
  const finite = a.add(a.mul(e, a.constant(Math.LN2)), series);
  const small = a.selectGreater(zero, x, a.constant(Number.NaN), a.sub(x, infinity));
  return a.selectGreater(x, zero, a.selectGreater(infinity, x, finite, x), small);
}

function cos<T>(a: Arithmetic<T>, x: T): T {
  // cos(x) = 1 - 2 sin(x / 2)^2, with x reduced to one turn around 0.
  const turns = a.mul(x, a.constant(1 / (2 * Math.PI)));
  const half = a.mul(a.sub(turns, a.nearest(turns)), a.constant(Math.PI));
  const sine = a.mul(half, polynomial(a, a.mul(half, half), SIN));
  return a.sub(a.constant(1), a.mul(a.constant(2), a.mul(sine, sine)));
}

/** Returns x^y for x >= 0; NaN for a negative x, unless y is 0. */
function pow<T>(a: Arithmetic<T>, x: T, y: T): T {
  const zero = a.constant(0);
  const positive = exp(a, a.mul(y, log(a, x)));
  const nan = a.constant(Number.NaN);
  const byBase = (atZero: number): T =>
    a.selectGreater(x, zero, positive, a.selectGreater(zero, x, nan, a.add(a.constant(atZero), a.sub(x, x))));
  // y - y is 0, or NaN if y is.
  const atOne = a.add(a.constant(1), a.sub(y, y));
  return a.selectGreater(y, zero, byBase(0), a.selectGreater(zero, y, byBase(Number.POSITIVE_INFINITY), atOne));
}

const bits = new DataView(new ArrayBuffer(8));
const high = (x: number): number => {
  bits.setFloat64(0, x);
  return bits.getUint32(0);
};

/** Arithmetic on JavaScript numbers. */
export const numbers: Arithmetic<number> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  nearest: (a) => {
    const below = Math.floor(a);
    const gap = a - below;
    if (gap !== 0.5) return gap < 0.5 ? below : below + 1;
    return below % 2 === 0 ? below : below + 1;
  },
  powerOfTwo: (n) => {
    bits.setUint32(0, (n + 1023) << 20);
    bits.setUint32(4, 0);
    return bits.getFloat64(0);
  },
  exponent: (x) => (high(x) >>> 20) - 1023,
  mantissa: (x) => {
    bits.setUint32(0, (high(x) & 0xfffff) | 0x3ff00000);
    return bits.getFloat64(0);
  },
  selectGreater: (a, b, yes, no) => (a > b ? yes : no),
};

/** Computes a function by its name; `y` is the exponent of `pow`. */
export function apply<T>(name: FunctionName, a: Arithmetic<T>, x: T, y: T): T {
  switch (name) {
    case "exp":
      return exp(a, x);
    case "log":
      return log(a, x);
    case "cos":
      return cos(a, x);
    case "pow":
      return pow(a, x, y);
  }
}
