/** Operators on float64 numbers: they fold constants, and compute on the host and in the interpreter. */
export const UNARY = {
  neg: (a: number) => -a,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  cos: Math.cos,
  floor: Math.floor,
  /** Rounding to float32, where PyTorch keeps a number of a float64 run in that precision. */
  fround: Math.fround,
  /** Sign; 0 for NaN, so that a kernel needs only two comparisons. */
  sign: (a: number) => (a > 0 ? 1 : 0) - (a < 0 ? 1 : 0),
} as const satisfies Record<string, (a: number) => number>;

export const BINARY = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  mod: (a: number, b: number) => a - b * Math.floor(a / b),
  pow: (a: number, b: number) => a ** b,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
  lt: (a: number, b: number) => (a < b ? 1 : 0),
  le: (a: number, b: number) => (a <= b ? 1 : 0),
  eq: (a: number, b: number) => (a === b ? 1 : 0),
} as const satisfies Record<string, (a: number, b: number) => number>;

export type UnaryOperator = keyof typeof UNARY;
export type BinaryOperator = keyof typeof BINARY;
