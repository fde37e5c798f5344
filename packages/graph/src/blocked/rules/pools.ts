import type { Tensor } from "../../core/tensor.ts";
import { isTiling } from "../../pooling/pool.ts";
import type { Window } from "../../spatial/window.ts";
import { NCHWC, storedShape } from "../layout.ts";
import { poolGradient } from "../pool-gradient.ts";
import type { Rules } from "./rule.ts";

export const pools: Rules = {
  maxPool2d(stage, { inputs, attributes }) {
    const [x] = inputs as [Tensor];
    const { kernel, stride, padding } = attributes as unknown as Window;
    if (!stage.isBlocked(x)) return null;
    const settings = { kernel_shape: kernel, strides: stride, pads: padding };
    return { blocked: stage.b.onnx.node(`${NCHWC}::MaxPool`, [stage.blocked(x)], settings) };
  },

  maxPool2dGradient(stage, { inputs, attributes }) {
    const [x, y, dy] = inputs as [Tensor, Tensor, Tensor];
    const window = attributes as unknown as Window;
    if (!isTiling(window) || !stage.isBlocked(x)) return null;
    const names = [x, y, dy].map((tensor) => stage.blocked(tensor)) as [string, string, string];
    return { blocked: poolGradient(stage.b, ...names, storedShape(x.shape), window) };
  },
};
