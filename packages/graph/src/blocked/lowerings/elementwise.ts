import { uniformValue } from "../../core/constant.ts";
import { at, sameShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { channelsOf, isBlockable } from "../layout.ts";
import type { Linear } from "../linear.ts";
import type { LoweredTensors, LoweredValue, Pending } from "../lowered-tensors.ts";
import { applyLinear } from "./apply-linear.ts";
import type { BlockedLowering } from "./blocked-lowering.ts";

/** Lowers elementwise ops, which do not depend on the order of elements. */
export const elementwise: BlockedLowering = (lowered, tensor) => {
  const { op, inputs, attributes, shape } = tensor;
  const fused = fuse(lowered, tensor);
  if (fused) return fused;
  const isNumber = (input: Tensor): boolean => input.rank === 0;
  const fits =
    isBlockable(shape, lowered.b.block) && inputs.every((input) => isNumber(input) || sameShape(input.shape, shape));
  if (!fits || !inputs.some((input) => lowered.isBlocked(input)) || !staysFinite(tensor, lowered.b.block)) return null;
  const linear = linearOf(tensor);
  if (linear) return { pending: applyLinear(lowered, linear.x, linear) };
  const emit = (): string => {
    const names = inputs.map((input) => (isNumber(input) ? lowered.plain(input) : lowered.blocked(input)));
    return op.lower({ builder: lowered.b.onnx, names, inputs, output: tensor, attributes: attributes as never });
  };
  if (op.name !== "mul" || inputs.some(isNumber)) return { blocked: emit() };
  const factors = [lowered.blocked(at(inputs, 0)), lowered.blocked(at(inputs, 1))] as const;
  return { pending: { emit, factors } };
};

/** Returns the linear function of a tensor that is multiplied by a number or added to one; null for other ops. */
function linearOf({ op, inputs }: Tensor): (Linear & { readonly x: Tensor }) | null {
  const index = inputs.findIndex((input) => input.rank === 0 && uniformValue(input) !== null);
  const [x, scalar] = [inputs[1 - index], inputs[index]];
  const number = scalar && uniformValue(scalar);
  if (inputs.length !== 2 || !x || typeof number !== "number") return null;
  if (op.name === "mul") return { x, factor: number };
  return op.name === "add" ? { x, offset: number } : null;
}

/** Fuses a sum or a ReLU into a pending convolution; returns null if that is not possible. */
function fuse(lowered: LoweredTensors, { op, inputs, shape }: Tensor): LoweredValue | null {
  const [one, other] = inputs.map((input) => lowered.pending(input)) as [Pending?, Pending?];
  if (op.name === "relu") return one?.takesActivation ? { blocked: one.emit({ activation: "Relu" }) } : null;
  if (op.name !== "add" || !inputs.every((input) => sameShape(input.shape, shape))) return null;
  if (one?.parities && other?.parities) {
    const { join } = one.parities;
    const [first, second] = [one.parities.build, other.parities.build];
    const build: typeof first = (sums) => first(second(sums));
    return { pending: { emit: () => join(build()), parities: { build, join } } };
  }
  const index = [one, other].findIndex((pending) => pending?.takesSum);
  const taker = [one, other][index];
  const added = inputs[1 - index];
  if (!taker || !added) return null;
  const { takesActivation } = taker;
  const emit: Pending["emit"] = (epilogue) => taker.emit({ ...epilogue, sum: lowered.blocked(added) });
  return { pending: { emit, takesActivation } };
}

/**
 * Ops that are finite at zero. The padding of blocks starts as zeros and may become any finite number, since filters
 * multiply it by zeros. Infinity times zero would spread NaN to all results.
 */
const FINITE_AT_ZERO: ReadonlySet<string> = new Set([
  ...[
    "abs",
    "add",
    "clamp",
    "cos",
    "elu",
    "erf",
    "exp",
    "floor",
    "hardswish",
    "leakyRelu",
    "maximum",
    "minimum",
    "mul",
  ],
  ...["neg", "relu", "sigmoid", "sign", "sin", "step", "sub", "tanh"],
]);

const staysFinite = ({ op, shape }: Tensor, block: number): boolean =>
  channelsOf(shape) % block === 0 || FINITE_AT_ZERO.has(op.name);
