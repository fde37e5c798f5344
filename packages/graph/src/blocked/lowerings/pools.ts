import { at } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { isTiling } from "../../pooling/pool.ts";
import type { Window } from "../../spatial/window.ts";
import { NCHWC, storedShape } from "../layout.ts";
import { poolGradient } from "../pool-gradient.ts";
import type { BlockedLowerings } from "./blocked-lowering.ts";

/** Max pooling and its gradient. */
export const pools: BlockedLowerings = {
  maxPool2d(lowered, { inputs, attributes }) {
    const x = at(inputs, 0);
    const { kernel, stride, padding } = attributes as unknown as Window;
    if (!lowered.isBlocked(x)) return null;
    const settings = { kernel_shape: kernel, strides: stride, pads: padding };
    return { blocked: lowered.b.onnx.node(`${NCHWC}::MaxPool`, [lowered.blocked(x)], settings) };
  },

  maxPool2dGradient(lowered, { inputs, attributes }) {
    const [x, y, dy] = inputs as [Tensor, Tensor, Tensor];
    const window = attributes as unknown as Window;
    if (!isTiling(window) || !lowered.isBlocked(x)) return null;
    const names = [lowered.blocked(x), lowered.blocked(y), lowered.blocked(dy)] as const;
    return { blocked: poolGradient(lowered.b, ...names, storedShape(x.shape, lowered.b.block), window) };
  },
};
