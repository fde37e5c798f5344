import { type AugmentDescription, augmentations, checkAugmentations } from "@downhill/images";
import { ConfigError } from "../error.ts";
import { findName } from "./find-name.ts";
import type { AugmentSetting } from "./settings/values.ts";

/**
 * Returns the augmentations of a configuration with all arguments; a single `none` stands for an empty list. Kinds may be
 * hyphenated, as in `color-jitter`.
 * @throws ConfigError for an unknown kind, with the nearest one, or an argument out of its range
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
