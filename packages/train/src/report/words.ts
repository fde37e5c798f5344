import { count } from "../plots/numbers.ts";

/** Formats a large number: "61,706", "11.2 million". */
export function large(value: number): string {
  for (const [size, word] of SIZES) {
    if (value >= size) return `${Number((value / size).toPrecision(3))} ${word}`;
  }
  return count(value);
}

const SIZES = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const;

/** Formats an ISO 8601 time as "25 November 2026, 17:14 UTC"; returns other text unchanged. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `${day}, ${iso.slice(11, 16)} UTC`;
}

/** Joins items as "a, b and c". */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

/** Formats the value of a setting. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value) && value.length === 0) return "none";
  return JSON.stringify(value, (_, part) => (typeof part === "number" ? rounded(part) : part));
}

/** Drops the digits that only show binary rounding, as in 0.09375000000000001. */
const rounded = (value: number): number => Number(value.toPrecision(12));
