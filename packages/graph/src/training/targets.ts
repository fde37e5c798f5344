import { kindOf } from "@downhill/optim/kind-of";
import { checkName } from "../core/check.ts";
import { input } from "../core/input.ts";
import { type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import { GraphError } from "../error.ts";

/** Shape of the target of one image, `[]` for a number. Numbers are float32 unless a type is given. */
export type TargetShape = Shape | { readonly shape: Shape; readonly dtype?: "float32" | "int32" | "uint8" | undefined };

/** Shapes of targets by name. */
export type TargetShapes = Readonly<Record<string, TargetShape>>;

/** Targets of a classifier: the class of each image, from 0. */
export type ClassLabels = { readonly labels: { readonly shape: readonly []; readonly dtype: "int32" } };

type ArrayFor<T extends TargetShape> = TargetShape extends T
  ? Values
  : T extends { readonly dtype: "int32" }
    ? Int32Array
    : T extends { readonly dtype: "uint8" }
      ? Uint8Array
      : Float32Array;

/** Values of the targets of a batch by name, [batch, ...shape] each. */
export type TargetArrays<T extends TargetShapes> = { readonly [K in keyof T]: ArrayFor<T[K]> };

/**
 * Arguments of a run after the images: targets by name, or class labels alone, and options. Targets are optional in the
 * type of a step without `targets`, since classifiers then have class labels and other models have no target.
 */
export type BatchArguments<T extends TargetShapes, Options> = string extends keyof T
  ? [targets?: Int32Array | TargetArrays<T>, options?: Options]
  : [keyof T] extends ["labels"]
    ? [targets?: Int32Array | TargetArrays<T>, options?: Options]
    : [targets: TargetArrays<T>, options?: Options];

/** Name of the target for class labels. */
export const LABELS = "labels";

export const CLASS_LABELS: ClassLabels = { [LABELS]: { shape: [], dtype: "int32" } };

const TYPES = ["float32", "int32", "uint8"] as const;

/**
 * Returns names, shapes and types of targets.
 * @throws GraphError for an invalid shape or type, or a name that is taken
 */
export function targetInfos(
  model: string,
  targets: TargetShapes,
  taken: ReadonlySet<string>,
  what: "target" | "input" = "target",
): ValueInfo[] {
  return Object.entries(targets).map(([name, target]) => {
    const { shape, dtype = "float32" } = isShape(target) ? { shape: target } : (target ?? {});
    checkName(model, what, name);
    if (taken.has(name)) {
      throw new GraphError(
        `${model}: the ${what} '${name}' has the name of an output, a parameter or another input. Rename it.`,
      );
    }
    const whole = (size: unknown): boolean => Number.isInteger(size) && (size as number) >= 1;
    if (!Array.isArray(shape)) {
      throw new GraphError(
        `${model}: the ${what} '${name}' is ${kindOf(target)} without a shape. Expected the sizes without the batch, such as [] for a number, or { shape, dtype }.`,
      );
    }
    if (!shape.every(whole)) {
      throw new GraphError(
        `${model}: the ${what} '${name}' has the shape ${JSON.stringify(shape)}. Expected the sizes without the batch, such as [] for a number.`,
      );
    }
    if (!TYPES.includes(dtype)) {
      throw new GraphError(`${model}: the ${what} '${name}' has the type ${dtype}. Expected ${TYPES.join(", ")}.`);
    }
    return { name, shape, dtype };
  });
}

/** Builds the inputs of targets for one batch size, by name. */
export const inputsFor = (infos: readonly ValueInfo[], batchSize: number): Record<string, Tensor> =>
  Object.fromEntries(infos.map(({ name, shape, dtype }) => [name, input(name, [batchSize, ...shape], dtype)]));

const isShape = (target: TargetShape): target is Shape => Array.isArray(target);

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

/**
 * Checks the targets of a batch.
 * @throws GraphError for a missing or unknown target, or an array of the wrong type or length
 */
export function checkTargets(
  model: string,
  infos: readonly ValueInfo[],
  targets: Readonly<Record<string, unknown>>,
  count: number,
  what: "target" | "input" = "target",
): Record<string, Values> {
  const unknown = Object.keys(targets).find((name) => infos.every((info) => info.name !== name));
  if (unknown !== undefined) {
    const names = infos.map(({ name }) => name).join(", ") || `no ${what}`;
    throw new GraphError(`${model}: unknown ${what} '${unknown}'. Expected ${names}.`);
  }
  return Object.fromEntries(
    infos.map((info) => [info.name, checkTarget(`${model}: the ${what}`, info, targets[info.name], count)]),
  );
}

function checkTarget(what: string, { name, shape, dtype }: ValueInfo, values: unknown, count: number): Values {
  const ArrayType = ARRAYS[dtype as keyof typeof ARRAYS];
  const length = count * sizeOf(shape);
  if (values instanceof ArrayType && values.length === length) return values;
  const expected = `Expected ${ArrayType.name} of length ${length}, for a batch of ${count} of ${dtype} ${showShape(shape)}.`;
  if (values === undefined) throw new GraphError(`${what} '${name}' is missing. ${expected}`);
  const found = ArrayBuffer.isView(values)
    ? `${values.constructor.name} of length ${(values as Values).length}`
    : kindOf(values);
  throw new GraphError(`${what} '${name}' is ${found}. ${expected}`);
}
