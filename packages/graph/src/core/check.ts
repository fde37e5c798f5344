import { fail } from "../error.ts";
import { normalizeAxes, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

/** Refuses tensors of types that an op does not take on every device. */
export function checkTypes(op: string, tensors: readonly Tensor[], types: readonly DType[]): void {
  const bad = tensors.find(({ dtype }) => !types.includes(dtype));
  if (bad) fail(op, `of ${bad.dtype} ${showShape(bad.shape)}: expected ${types.join(" or ")}: cast it`);
}

/** Axes, from 0 on and rising; negative ones count from the end. All by default. */
export function checkAxes(op: string, { shape, rank }: Tensor, axes?: readonly number[]): readonly number[] {
  if (!axes) return shape.map((_, axis) => axis);
  const found = normalizeAxes(axes, rank);
  return (
    found ?? fail(op, `axes ${showShape(axes)} of ${showShape(shape)}: expected each of 0 to ${rank - 1} at most once`)
  );
}

/** An axis, from 0 on; negative ones count from the end. */
export function checkAxis(op: string, { shape, rank }: Tensor, axis: number): number {
  const [found] = normalizeAxes([axis], rank) ?? [];
  return found ?? fail(op, `axis ${axis} of ${showShape(shape)}: expected a whole number from ${-rank} to ${rank - 1}`);
}

/** Refuses a number that is not finite, or not within some bounds, which `expected` names. */
export function checkNumber(
  op: string,
  name: string,
  value: number,
  within: (value: number) => boolean = () => true,
  expected = "a finite number",
): void {
  if (!(Number.isFinite(value) && within(value))) fail(op, `${name} = ${value}: expected ${expected}`);
}

/** Refuses a number that is not a whole one of at least 1. */
export function checkCount(op: string, name: string, value: number): void {
  checkNumber(op, name, value, (n) => Number.isInteger(n) && n >= 1, "a whole number of at least 1");
}
