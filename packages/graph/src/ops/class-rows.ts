import { checkNumber, checkTensors, checkTypes } from "../core/check.ts";
import { at, type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { cast } from "./cast.ts";
import { type LossWeights, perClass } from "./check-loss.ts";
import { equal } from "./equal.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { reshape } from "./reshape.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";
import { where } from "./where.ts";
import { wholeNumbers } from "./whole-numbers.ts";

export interface ClassLossOptions extends LossOptions {
  /**
   * Weight of each class, [C]. The loss of a label is multiplied by the weight of its class, and the mean divides by the
   * sum of these weights. Default: no weights.
   */
  readonly weight?: LossWeights;
  /**
   * Label whose loss and gradient are 0 and which the mean does not count. `null` ignores no label and omits the
   * operations for it. Default -100.
   */
  readonly ignoreIndex?: number | null;
}

/** Values of all classes for each label, as a matrix. */
export interface ClassRows {
  /** float32 [rows, C]: the values of one label in each row. */
  readonly values: Tensor;
  /** bool [rows, C]: true at the label of each row. */
  readonly hit: Tensor;
  /** bool [rows]: true for ignored labels. Null if no label is ignored. */
  readonly ignored: Tensor | null;
  /** Shape of the labels. */
  readonly shape: Shape;
}

/** Axis of the classes: the second, or the only one of a tensor without a batch axis. */
export const classAxis = ({ rank }: Tensor): number => (rank === 1 ? 0 : 1);

/**
 * Arranges values [N, C, ...] and labels [N, ...] in rows.
 * @param name name of the values in errors
 * @param others other targets that the loss accepts, for errors
 * @throws GraphError if shapes or types do not match, or `ignoreIndex` is not a whole number
 */
export function classRows(
  op: string,
  name: string,
  values: Tensor,
  labels: Tensor,
  { ignoreIndex = -100 }: ClassLossOptions,
  others = "",
): ClassRows {
  checkTensors(op, [values, labels]);
  const axis = classAxis(values);
  const shape = values.shape.filter((_, i) => i !== axis);
  if (values.rank < 1 || labels.dtype !== "int32" || !sameShape(labels.shape, shape)) {
    const found = `${name} ${showShape(values.shape)}, labels ${labels.dtype} ${showShape(labels.shape)}`;
    fail(op, `${found}. Expected ${name} [N, C] and int32 labels [N], or [N, C, ...] and [N, ...]${others}.`);
  }
  checkTypes(op, [values], ["float32"]);
  if (ignoreIndex !== null) checkNumber(op, "ignoreIndex", ignoreIndex, Number.isInteger, "a whole number or null");
  const classes = at(values.shape, axis);
  const order = [...values.shape.keys()].filter((i) => i !== axis);
  const rows = reshape(transpose(values, [...order, axis]), [-1, classes]);
  const ofRow = reshape(labels, [rows.shape[0] as number]);
  return {
    values: rows,
    hit: equal(reshape(ofRow, [-1, 1]), wholeNumbers(classes)),
    ignored: ignoreIndex === null ? null : equal(ofRow, ignoreIndex),
    shape,
  };
}

/** Returns the weight of each row's label, [rows]; null without weights. */
export function rowWeights(op: string, { hit }: ClassRows, { weight }: ClassLossOptions): Tensor | null {
  return weight ? sum(where(hit, perClass(op, "weight", weight, at(hit.shape, 1)), 0), [1]) : null;
}

/** Sets the values of ignored rows to 0. */
export const withoutIgnored = ({ ignored }: ClassRows, ofRow: Tensor): Tensor =>
  ignored ? where(ignored, 0, ofRow) : ofRow;

/**
 * Reduces the losses of rows.
 * @param losses [rows], 0 for ignored rows
 * @param weights [rows], by which the mean is divided; null to divide by the number of rows that are not ignored
 */
export function reduceRows(
  op: string,
  losses: Tensor,
  rows: ClassRows,
  weights: Tensor | null,
  { reduction = "mean" }: LossOptions,
): Tensor {
  if (reduction === "none") return reshape(losses, rows.shape);
  if (weights) return reduceLoss(op, losses, reduction, sum(withoutIgnored(rows, weights)));
  if (!rows.ignored) return reduceLoss(op, losses, reduction);
  return reduceLoss(op, losses, reduction, sum(sub(1, cast(rows.ignored, "float32"))));
}
