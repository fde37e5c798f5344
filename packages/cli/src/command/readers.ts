import { readText } from "../config/text-value.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Reads the text of an option as a value.
 * @param flag the option as it is written in a command, for the error
 * @throws UsageError if the text is no such value
 */
export type Reader<Value> = (flag: string, text: string) => Value;

export const text: Reader<string> = (_, value) => value;

/** Reads a whole number from `least` to `most`, by default from 1 and unbounded. */
export const wholeNumber =
  (most = Infinity, least = 1): Reader<number> =>
  (flag, value) => {
    const number = readText({ type: "integer" }, value);
    if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) return number;
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${flag} ${value}: expected a whole number ${range}`);
  };

/** Reads a finite number above 0. */
export const positiveNumber: Reader<number> = (flag, value) => {
  const number = readText({ type: "number" }, value);
  if (typeof number === "number" && number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`${flag} ${value}: expected a number above 0`);
};

/** Reads numbers with commas between them. */
export const numbers: Reader<readonly number[]> = (flag, value) => {
  const list = readText({ type: "array", items: { type: "number" } }, value);
  if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === "number")) return list;
  throw new UsageError(`${flag} ${value}: expected numbers with commas between them, such as 0,1e-4,1e-3`);
};

/** Reads whole numbers of at least 1 with commas between them. */
export const wholeNumbers: Reader<readonly number[]> = (flag, value) => {
  const list = numbers(flag, value);
  if (list.every((number) => Number.isInteger(number) && number >= 1)) return list;
  throw new UsageError(
    `${flag} ${value}: expected whole numbers of at least 1 with commas between them, such as 64,256`,
  );
};

/** Reads names with commas between them. */
export const names: Reader<readonly string[]> = (flag, value) => {
  const list = value.split(",").map((name) => name.trim());
  if (!list.includes("")) return list;
  throw new UsageError(`${flag} ${value}: expected names with commas between them`);
};

/** Reads a number above 0, at most 1. */
export const share: Reader<number> = (flag, value) => {
  const number = positiveNumber(flag, value);
  if (number <= 1) return number;
  throw new UsageError(`${flag} ${value}: expected a number above 0, at most 1`);
};

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Reads a time such as 90s, 30m or 2h as seconds. */
export const time: Reader<number> = (flag, value) => {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([smh])$/.exec(value) ?? [];
  const seconds = Number(number) * (UNITS[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new UsageError(`${flag} ${value}: expected a time such as 90s, 30m or 2h`);
};

/** Reads one of some names. */
export const oneOf =
  <const Name extends string>(...names: readonly Name[]): Reader<Name> =>
  (flag, value) => {
    const name = names.find((candidate) => candidate === value);
    if (name === undefined) throw new UsageError(`${flag} ${value}: expected one of ${names.join(", ")}`);
    return name;
  };
