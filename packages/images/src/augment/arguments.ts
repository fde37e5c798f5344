import { suggest } from "@downhill/optim/nearest";
import { DataError } from "../error.ts";

/** What an argument of an augmentation may be. All may be left out. */
export interface Argument<T> {
  /** In words, for errors and help. */
  readonly expected: string;
  accepts(value: unknown): value is T;
  readonly default: T;
}

export type Specification = Readonly<Record<string, Argument<unknown>>>;
/** All arguments, defaults filled in. */
export type Values<S> = { readonly [K in keyof S]: S[K] extends Argument<infer T> ? T : never };

/** A number from `least` to `most`, both included. */
export const number = (least: number, most: number, value: number): Argument<number> => ({
  expected: most === Number.POSITIVE_INFINITY ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
  accepts: (given): given is number => typeof given === "number" && given >= least && given <= most && given < Infinity,
  default: value,
});

/** A number above 0. */
export const positive = (value: number): Argument<number> => ({
  expected: "a number above 0",
  accepts: (given): given is number => typeof given === "number" && given > 0 && given < Infinity,
  default: value,
});

/** A whole number from `least` to `most`. */
export const whole = (least: number, most: number, value: number): Argument<number> => ({
  expected: `a whole number from ${least} to ${most}`,
  accepts: (given): given is number =>
    Number.isInteger(given) && (given as number) >= least && (given as number) <= most,
  default: value,
});

/** A number of pixels, or null: then the size of the images decides. */
export const pixels = (least: number): Argument<number | null> => ({
  expected: `a whole number of at least ${least}, or null`,
  accepts: (given): given is number | null => given === null || (Number.isInteger(given) && (given as number) >= least),
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

/** Checks arguments and fills in defaults; the error names the argument, its value and what was expected. */
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
