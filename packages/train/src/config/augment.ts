import { type AugmentDescription, augmentations, checkAugmentations } from "@downhill/images";
import { ConfigError } from "../error.ts";
import { findName } from "./find-name.ts";

/** An augmentation as configurations state it: its kind, or with arguments. */
export type AugmentSetting = string | { readonly kind: string; readonly [argument: string]: unknown };

/**
 * The augmentations of a configuration, every argument stated; `none` alone is none. Kinds may be hyphenated, as in
 * `color-jitter`.
 * @throws ConfigError for an unknown kind, with the nearest, or arguments that make no sense
 */
export function readAugment(settings: readonly AugmentSetting[]): readonly AugmentDescription[] {
  if (settings.length === 1 && settings[0] === "none") return [];
  const known = Object.keys(augmentations);
  const descriptions = settings.map((setting) => {
    const { kind, ...given } = typeof setting === "string" ? { kind: setting } : setting;
    return { kind: findName(kind, known) ?? kind, ...given };
  });
  try {
    return checkAugmentations(descriptions);
  } catch (error) {
    if ((error as Error).name !== "DataError") throw error;
    throw new ConfigError((error as Error).message, { cause: error });
  }
}
