import { z } from "zod";

/** Augmentation as configurations state it: its kind, or its kind with arguments. */
export type AugmentSetting = string | { readonly kind: string; readonly [argument: string]: unknown };

/** Schedule as configurations state it: its kind, or its kind with arguments; durations in steps, or in epochs by `unit`. */
export type ScheduleSetting =
  | string
  | { readonly kind: string; readonly unit?: unknown; readonly [argument: string]: unknown };

/** Parameters with hyperparameters of their own. */
export interface GroupSetting {
  /** Regular expression for their names. */
  readonly match: string;
  /** Factor of their learning rate. */
  readonly lrFactor?: number | undefined;
  readonly frozen?: boolean | undefined;
  readonly [hyperparameter: string]: unknown;
}

/** Schema of an object whose keys another package checks. */
export const record = () => z.record(z.string(), z.unknown());

/** Schema of an object with a kind and arguments: a schedule or an augmentation. */
export const kindWithArguments = () => z.looseObject({ kind: z.string() });

/** Schema of a schedule by its name, or with arguments. */
export const schedule = (): z.ZodType<ScheduleSetting> => z.union([z.string(), kindWithArguments()]);

/** Schema of a folder's name, or of several. */
export const folders = () => z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

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
