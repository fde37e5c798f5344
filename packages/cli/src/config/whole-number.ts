import { UsageError } from "../usage-error.ts";
import { readText } from "./text-value.ts";

/**
 * The value of a flag that counts something.
 * @throws UsageError where it is no whole number from 1 to `most`, which is unbounded by default
 */
export function wholeNumber(flag: string, text: string | undefined, most = Infinity): number | undefined {
  if (text === undefined) return undefined;
  const value = readText({ type: "integer" }, text);
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  const range = most === Infinity ? "of at least 1" : `from 1 to ${most}`;
  throw new UsageError(`${flag} ${text}: expected a whole number ${range}`);
}
