import { isWithin, type Range } from "../definition/range.ts";
import { suggest } from "../nearest.ts";
import { show } from "../show.ts";
import type { Description } from "./description.ts";
import type { Schedule } from "./schedule.ts";

/** Makes a schedule from a description; `where` is its place, for errors. */
export type Build = (description: Description, where: string) => Schedule;

/** An argument: the values that it accepts. */
export interface Argument<T> {
  /** Accepted values in words, for errors. */
  readonly expected: string;
  accepts(value: unknown): value is T;
  /** Returns the reason why a value is not accepted, if there is more to say than the expected values. */
  explain?(value: unknown): string | undefined;
  /** Conversion from and to JSON, if the value is not JSON itself. */
  readonly json?: { read(value: unknown, build: Build, where: string): unknown; write(value: T): unknown };
}

/** An argument that may be omitted. */
export interface OptionalArgument<T> extends Argument<T> {
  readonly default: T;
}

export type Specification = Readonly<Record<string, Argument<unknown>>>;

type ValueOf<A> = A extends Argument<infer T> ? T : never;
/** All arguments, with defaults filled in. */
export type Values<S> = { readonly [K in keyof S]: ValueOf<S[K]> };
/** Arguments as a caller gives them: those with a default may be omitted. */
export type Arguments<S> = {
  readonly [K in keyof S as S[K] extends OptionalArgument<unknown> ? never : K]: ValueOf<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends OptionalArgument<unknown> ? K : never]?: ValueOf<S[K]>;
};

/** A number in a range. */
export const number = (range: Range = "(-inf, inf)"): Argument<number> => ({
  expected: `a${range.endsWith("whole") ? " whole" : ""} number in ${range.replace(" whole", "")}`,
  accepts: (value): value is number => typeof value === "number" && isWithin(value, range),
});

/** A number of steps. Fractions make sense in epochs (see `inEpochs`). */
export const duration = (): Argument<number> => number("(0, inf)");

/** True or false. */
export const flag = (): Argument<boolean> => ({
  expected: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
});

/** One of several words. */
export const choice = <const T extends string>(words: readonly T[]): Argument<T> => ({
  expected: `one of ${words.map(show).join(", ")}`,
  accepts: (value): value is T => (words as readonly unknown[]).includes(value),
});

/** Steps in rising order; several may be equal. */
export const milestones = (): Argument<readonly number[]> => ({
  expected: "a list of rising numbers, 0 or above",
  accepts: (value): value is readonly number[] =>
    Array.isArray(value) && value.every((step, i) => Number.isFinite(step) && step >= (i === 0 ? 0 : value[i - 1])),
});

/** A schedule to modify. */
export const schedule = (): Argument<Schedule> => ({
  expected: "a schedule, such as cosine({ base: 0.1, tMax: 100 })",
  accepts: isSchedule,
  explain: whyNoSchedule,
  json: { read: (value, build, where) => build(value as Description, where), write: describe },
});

/** A list of at least one schedule. */
export const scheduleList = (): Argument<readonly Schedule[]> => ({
  expected: "a list of schedules",
  accepts: (value): value is readonly Schedule[] =>
    Array.isArray(value) && value.length > 0 && value.every((part) => isSchedule(part)),
  explain: (value) => (Array.isArray(value) ? value.map(whyNoSchedule).find(Boolean) : undefined),
  json: {
    read: (value, build, where) =>
      Array.isArray(value) ? value.map((part, i) => build(part as Description, `${where}[${i}]`)) : value,
    write: (parts) => parts.map(describe),
  },
});

/** Returns an argument with a default. */
export const optional = <T>(argument: Argument<T>, value: T): OptionalArgument<T> => ({ ...argument, default: value });

/** Returns an argument that may be omitted or `null`. */
export const nullable = <T>(argument: Argument<T>): OptionalArgument<T | null> => ({
  ...(argument as Argument<T | null>),
  expected: `${argument.expected}, or null`,
  accepts: (value): value is T | null => value === null || argument.accepts(value),
  default: null,
});

const isSchedule = (value: unknown): value is Schedule =>
  typeof value === "function" && "description" in value && typeof (value as { end?: unknown }).end === "number";

function whyNoSchedule(value: unknown): string | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function") || isSchedule(value))
    return undefined;
  if ("observe" in value) {
    return "the value of a controller depends on metrics, not on the step: pass it to an optimizer in place of a number";
  }
  if (typeof value !== "function") return undefined;
  return "fromJson" in value
    ? `${value.name} makes schedules: call it with its arguments`
    : "a plain function has no description to save: use piecewise";
}

/** Returns a description without the version, which only the outermost description has. */
function describe({ description: { version, ...rest } }: Schedule): unknown {
  return rest;
}

/** Returns arguments in the form of a description. */
export function toJson<S extends Specification>(
  specification: S,
  values: Values<S>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, specification[name]?.json?.write(value) ?? value]),
  );
}

/**
 * Checks arguments and fills in defaults.
 * @throws an error that names the owner, the argument, its value and what was expected
 */
export function readArguments<S extends Specification>(owner: string, specification: S, given: unknown): Values<S> {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`${owner}: expected its arguments as an object, not ${show(given)}`);
  }
  const known = Object.keys(specification);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new Error(`${owner}: unknown argument '${name}': ${suggest(name, known)}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(specification)) {
    const { expected, accepts, explain } = argument;
    const passed = (given as Record<string, unknown>)[name];
    const value = passed === undefined ? (argument as OptionalArgument<unknown>).default : passed;
    if (value === undefined) throw new TypeError(`${owner}: ${name} is missing: expected ${expected}`);
    if (!accepts(value)) {
      const reason = explain?.(value);
      throw new RangeError(
        `${owner}: ${name} = ${show(value)}: expected ${expected}${reason === undefined ? "" : `; ${reason}`}`,
      );
    }
    // A copy, because the caller may change the list later.
    values[name] = Array.isArray(value) ? copy(value) : value;
  }
  return values as Values<S>;
}

const copy = (list: readonly unknown[]): unknown[] => list.map((part) => (Array.isArray(part) ? copy(part) : part));
