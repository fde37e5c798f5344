import { UsageError } from "../usage-error.ts";
import { readText } from "./text-value.ts";

/**
 * The value of a flag that measures something.
 * @throws UsageError where it is no number above 0
 */
export function positiveNumber(flag: string, text: string): number {
  const value = readText({ type: "number" }, text);
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${flag} ${text}: expected a number above 0`);
}
