import { kindOf } from "@downhill/optim/kind-of";
import { fail, GraphError } from "../error.ts";
import { normalizeAxes, showShape } from "./shape.ts";
import { Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

/**
 * Checks that arguments of an op are tensors.
 * @param op name of the op
 * @throws GraphError for any other value
 */
export function checkTensors(op: string, tensors: readonly unknown[]): void {
  const wrong = tensors.findIndex((tensor) => !(tensor instanceof Tensor));
  if (wrong !== -1) fail(op, `an input is ${kindOf(tensors[wrong])}. Expected a tensor.`);
}

/**
 * Checks that an argument of an op is a list.
 * @param example valid value in the message
 * @throws GraphError for any other value, such as a number
 */
export function checkList(op: string, name: string, value: unknown, example: string): void {
  if (!Array.isArray(value)) fail(op, `${name} is ${kindOf(value)}. Expected a list, such as ${example}.`);
}

/**
 * Checks that the options of an op are an object.
 * @param example valid value in the message
 * @throws GraphError for any other value, such as a number
 */
export function checkOptionsOf(op: string, options: unknown, example: string): void {
  const isObject = typeof options === "object" && options !== null;
  if (!isObject) fail(op, `the options are ${kindOf(options)}. Expected an object, such as ${example}.`);
}

/**
 * Checks the name of a target, an output or a metric.
 * @param place start of the message
 * @param what named thing
 * @throws GraphError for an empty name, or one that every object has, such as `constructor`
 */
export function checkName(place: string, what: string, name: string): void {
  if (name !== "" && !(name in Object.prototype)) return;
  throw new GraphError(`${place}: ${what === "output" ? "an" : "a"} ${what} is named '${name}'. Rename it.`);
}

/**
 * Checks the types of an op's inputs.
 * @throws GraphError for a type that some device does not support for the op
 */
export function checkTypes(op: string, tensors: readonly Tensor[], types: readonly DType[]): void {
  checkTensors(op, tensors);
  const bad = tensors.find(({ dtype }) => !types.includes(dtype));
  if (bad) fail(op, `an input is ${bad.dtype} ${showShape(bad.shape)}. Expected ${types.join(" or ")}. Cast it.`);
}

/**
 * Returns axes as numbers from 0, in ascending order. Negative axes count from the end. Default: all axes.
 * @throws GraphError for an axis that is out of range or repeated
 */
export function checkAxes(op: string, x: Tensor, axes?: readonly number[]): readonly number[] {
  checkTensors(op, [x]);
  const { shape, rank } = x;
  if (axes === undefined) return shape.map((_, axis) => axis);
  if (!Array.isArray(axes)) fail(op, `axes is ${kindOf(axes)}. Expected a list of axes, such as [1].`);
  const found = normalizeAxes(axes, rank);
  return (
    found ?? fail(op, `axes ${showShape(axes)} of ${showShape(shape)}. Expected each of 0 to ${rank - 1} at most once.`)
  );
}

/**
 * Returns an axis as a number from 0. Negative axes count from the end.
 * @throws GraphError for an axis that is out of range
 */
export function checkAxis(op: string, x: Tensor, axis: number): number {
  checkTensors(op, [x]);
  const { shape, rank } = x;
  const [found] = normalizeAxes([axis], rank) ?? [];
  return (
    found ?? fail(op, `axis ${axis} of ${showShape(shape)}. Expected a whole number from ${-rank} to ${rank - 1}.`)
  );
}

/**
 * Checks a numeric option.
 * @param expected describes the valid range
 * @throws GraphError for a number that is not finite or out of range
 */
export function checkNumber(
  op: string,
  name: string,
  value: number,
  isInRange: (value: number) => boolean = () => true,
  expected = "a finite number",
): void {
  if (!(Number.isFinite(value) && isInRange(value))) fail(op, `${name} = ${value}. Expected ${expected}.`);
}

/**
 * Checks an option that counts something.
 * @throws GraphError for a number that is not a whole number of at least 1
 */
export function checkCount(op: string, name: string, value: number): void {
  checkNumber(op, name, value, (n) => Number.isInteger(n) && n >= 1, "a whole number of at least 1");
}
