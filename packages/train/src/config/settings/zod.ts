import { isLabelPattern } from "@downhill/images";
import { z } from "zod";
import type { Schema } from "./schema.ts";
import type { ScheduleSetting } from "./values.ts";

/** Returns a schema as the one of Zod that it is. */
export const zodOf = <Value>(schema: Schema<Value>): z.ZodType<Value> => schema as z.ZodType<Value>;

/** Schema of a whole number. */
export const count = (least = 1, most = Number.MAX_SAFE_INTEGER) => z.number().int().min(least).max(most);

/** Schema of a share: a number from 0 to below 1. */
export const share = () => z.number().min(0).lt(1);

/** Schema of an object whose keys another package checks. */
export const record = () => z.record(z.string(), z.unknown());

/** Schema of an object with a kind and arguments: a schedule or an augmentation. */
export const kindWithArguments = () => z.looseObject({ kind: z.string() });

/** Schema of a schedule by its name, or with arguments. */
export const schedule = (): z.ZodType<ScheduleSetting> => z.union([z.string(), kindWithArguments()]);

/** Schema of a folder's name, or of several. */
export const folders = () => z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Schema of a text of at least one character. */
export const name = () => z.string().min(1);

/** Schema of the numbers of bands: one for gray, or three for colors. */
export const bands = () =>
  z.array(count()).refine(({ length }) => length === 1 || length === 3, { error: "one or three band numbers" });

/** Schema of the values that become black and white. */
export const valueRange = () =>
  z.array(z.number()).refine(([black, white, ...more]) => more.length === 0 && white !== undefined && black !== white, {
    error: "two different numbers, black and white",
  }) as z.ZodType<unknown> as z.ZodType<readonly [black: number, white: number]>;

/** Schema of a regular expression that finds labels in names. */
export const labelPattern = () =>
  z
    .string()
    .min(1)
    .refine(isLabelPattern, { error: "a regular expression with a group for the label, such as ^(.+)_\\d+" });

/** Schema of learning rates of the first and the last layer. */
export const rateRange = () =>
  z.string().refine((text) => readRateRange(text) !== null, {
    error: 'a number, "auto", or a range of rising rates, such as 1e-5..1e-3',
  });

/** Returns the learning rates of the first and the last layer, `1e-5..1e-3`; null for any other value. */
export function readRateRange(value: unknown): readonly [first: number, last: number] | null {
  if (typeof value !== "string" || value === "auto") return null;
  const parts = value.split("..");
  const [first = Number.NaN, last = Number.NaN] = parts.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  return parts.length === 2 && first > 0 && last >= first && last < Number.POSITIVE_INFINITY ? [first, last] : null;
}

/** Schema of a regular expression. */
export const pattern = () => z.string().refine(isPattern, { error: "a regular expression" });

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
