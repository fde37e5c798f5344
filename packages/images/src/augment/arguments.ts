import { suggest } from "@downhill/optim/nearest";
import { DataError } from "../error.ts";

/** The definition of one argument of an augmentation. Every argument is optional. */
export interface Argument<T> {
  /** The allowed values in words, for errors and help. */
  readonly expected: string;
  accepts(value: unknown): value is T;
  readonly default: T;
}

export type Specification = Readonly<Record<string, Argument<unknown>>>;
/** The values of all arguments, with defaults filled in. */
export type Values<S> = { readonly [K in keyof S]: S[K] extends Argument<infer T> ? T : never };

const isNumber = (given: unknown, least: number, most: number): given is number =>
  typeof given === "number" && given >= least && given <= most && given < Number.POSITIVE_INFINITY;

/** A number from `least` to `most`, both included. */
export const number = (least: number, most: number, value: number): Argument<number> => ({
  expected: most === Number.POSITIVE_INFINITY ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
  accepts: (given): given is number => isNumber(given, least, most),
  default: value,
});

/** A number above 0. */
export const positive = (value: number): Argument<number> => ({
  expected: "a number above 0",
  accepts: (given): given is number => isNumber(given, Number.MIN_VALUE, Number.POSITIVE_INFINITY),
  default: value,
});

/** A whole number from `least` to `most`. */
export const whole = (least: number, most: number, value: number): Argument<number> => ({
  expected: `a whole number from ${least} to ${most}`,
  accepts: (given): given is number => isNumber(given, least, most) && Number.isInteger(given),
  default: value,
});

/** A number of pixels, or null to derive it from the size of the images. */
export const pixels = (least: number): Argument<number | null> => ({
  expected: `a whole number of at least ${least}, or null`,
  accepts: (given): given is number | null =>
    given === null || (isNumber(given, least, Number.POSITIVE_INFINITY) && Number.isInteger(given)),
  default: null,
});

/** True or false. */
export const flag = (value: boolean): Argument<boolean> => ({
  expected: "true or false",
  accepts: (given): given is boolean => typeof given === "boolean",
  default: value,
});

/** One of a few words. */
export const choice = <const T extends string>(words: readonly T[], value: NoInfer<T>): Argument<T> => ({
  expected: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
  accepts: (given): given is T => (words as readonly unknown[]).includes(given),
  default: value,
});

/** Checks arguments and fills in defaults. @throws DataError that names the argument, its value and the expected value */
export function readArguments<S extends Specification>(
  owner: string,
  specification: S,
  given: Readonly<Record<string, unknown>>,
): Values<S> {
  const known = Object.keys(specification);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new DataError(`${owner}: unknown argument '${name}': ${suggest(name, known)}`);
  }
  const values = Object.entries(specification).map(([name, argument]) => {
    const value = given[name] === undefined ? argument.default : given[name];
    if (!argument.accepts(value)) {
      throw new DataError(`${owner}: ${name} = ${JSON.stringify(value)}: expected ${argument.expected}`);
    }
    return [name, value];
  });
  return Object.fromEntries(values);
}
