import { suggest } from "@downhill/optim/nearest";
import { DataError } from "../error.ts";
import type { Specification, Values } from "./arguments.ts";
import type { Augmentation, DescriptionOf } from "./define.ts";
import { augmentations } from "./registry.ts";

/**
 * A random change to images as plain JSON: a kind and any of its arguments.
 * @example { kind: "crop", padding: 4, mode: "reflect" }
 */
export type AugmentDescription = DescriptionOf<(typeof augmentations)[keyof typeof augmentations]>;

/** A kind of augmentation with checked arguments. */
export interface CheckedAugmentation {
  readonly augmentation: Augmentation;
  readonly values: Values<Specification>;
}

/**
 * Checks a list of descriptions from a file or a command line, and fills in defaults.
 * @throws DataError for an unknown kind or argument, or a value out of range
 */
export function readAugmentations(list: unknown): readonly CheckedAugmentation[] {
  if (!Array.isArray(list)) {
    throw new DataError(`augment = ${JSON.stringify(list)}: expected a list, such as [{ "kind": "flip" }]`);
  }
  return list.map((description: unknown, i) => {
    if (typeof description !== "object" || description === null || !("kind" in description)) {
      throw new DataError(
        `augment[${i}] = ${JSON.stringify(description)}: expected an object with its kind, such as { "kind": "flip" }`,
      );
    }
    const { kind, ...given } = description as { kind: unknown };
    const known = Object.keys(augmentations);
    if (typeof kind !== "string" || !known.includes(kind)) {
      throw new DataError(`augment[${i}]: unknown kind ${JSON.stringify(kind)}: ${suggest(String(kind), known)}`);
    }
    const augmentation = augmentations[kind as keyof typeof augmentations] as unknown as Augmentation;
    return { augmentation, values: augmentation.read(given, `augment[${i}] (${kind})`) };
  });
}

/**
 * Checks a list of descriptions, and returns it as plain JSON with every argument stated.
 * @throws DataError for an unknown kind or argument, or a value out of range
 */
export const checkAugmentations = (list: unknown): readonly AugmentDescription[] =>
  readAugmentations(list).map(
    ({ augmentation, values }) => ({ kind: augmentation.name, ...values }) as AugmentDescription,
  );
