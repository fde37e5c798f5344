import { UsageError } from "../usage-error.ts";
import { readText } from "./text-value.ts";

/**
 * The value of a flag that counts something.
 * @throws UsageError where it is no whole number of at least 1
 */
export function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = readText({ type: "integer" }, text);
  if (Number.isInteger(value) && (value as number) >= 1) return value as number;
  throw new UsageError(`${flag} ${text}: expected a whole number of at least 1`);
}
