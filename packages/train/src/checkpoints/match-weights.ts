import type { Model } from "@downhill/graph";
import { listFirst } from "@downhill/images/text";
import { shapesOf } from "./weights-file.ts";

/** Tensor with different shapes in a file and in a network. */
export interface MismatchedShape {
  readonly name: string;
  /** Shape in the file. */
  readonly found: readonly number[];
  /** Shape in the network. */
  readonly expected: readonly number[];
}

/** Differences between the tensors of a file and those of a network. */
export interface WeightDifferences {
  /** Names of tensors that the file lacks. */
  readonly missing: readonly string[];
  /** Names of tensors that the network lacks. */
  readonly unexpected: readonly string[];
  readonly mismatched: readonly MismatchedShape[];
}

/** Compares tensors with those of a model, by names and shapes. */
export function differencesFrom(
  model: Model,
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  isIgnored: (name: string) => boolean = () => false,
): WeightDifferences {
  const shapes = new Map(Object.entries(shapesOf(model)).filter(([name]) => !isIgnored(name)));
  const mismatched = [...shapes].flatMap(([name, expected]) => {
    const shape = found.get(name)?.shape;
    return shape === undefined || String(shape) === String(expected) ? [] : [{ name, found: shape, expected }];
  });
  return {
    missing: [...shapes.keys()].filter((name) => !found.has(name)),
    unexpected: [...found.keys()].filter((name) => !shapes.has(name)),
    mismatched,
  };
}

/** Describes differences in sentences, with a few names of each kind; null if there are none. */
export function differencesInWords({ missing, unexpected, mismatched }: WeightDifferences): string | null {
  const shapes = mismatched.map(
    ({ name, found, expected }) => `'${name}' is [${found.join(", ")}] instead of [${expected.join(", ")}]`,
  );
  const parts = [
    ...(missing.length === 0 ? [] : [`it lacks ${listFirst(missing.map(quoted))}`]),
    ...(unexpected.length === 0 ? [] : [`it has the unknown ${listFirst(unexpected.map(quoted))}`]),
    ...(shapes.length === 0 ? [] : [listFirst(shapes)]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

const quoted = (name: string): string => `'${name}'`;
