import { at } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { averagePool } from "../../ops/avg-pool2d.ts";
import { max } from "../../ops/max.ts";
import { maximumPool } from "../../ops/max-pool2d.ts";
import { mean } from "../../ops/mean.ts";
import type { Window } from "../../spatial/window.ts";
import type { Handler, NodeContext } from "../context.ts";
import { windowOfNode } from "./convolution.ts";

/** Pools of images. */
export const poolingOps: Readonly<Record<string, Handler>> = {
  MaxPool: (context) => {
    const x = context.tensor(0);
    return maximumPool(x, poolWindow(context, x).window);
  },
  AveragePool: (context) => {
    const { node } = context;
    const x = context.tensor(0);
    const { window, isExtended } = poolWindow(context, x);
    const counts = node.int("count_include_pad", 0) === 1;
    const isPadded = node.ints("pads", []).some((size) => size > 0);
    if (isExtended && counts && isPadded) {
      node.fail("ceil_mode with count_include_pad and padding. Export the model without ceil_mode.");
    }
    return averagePool(x, { window, countIncludePad: counts && !isExtended });
  },
  GlobalAveragePool: (context) => mean(context.tensor(0), spatialAxes(context), { keepDims: true }),
  GlobalMaxPool: (context) => max(context.tensor(0), spatialAxes(context), { keepDims: true }),
};

const spatialAxes = (context: NodeContext): number[] => context.shape(0).flatMap((_, axis) => (axis < 2 ? [] : [axis]));

/** Returns the window of a pool. With ceil_mode, padding at the end makes room for the windows that reach beyond it. */
function poolWindow(context: NodeContext, x: Tensor): { readonly window: Window; readonly isExtended: boolean } {
  const { node } = context;
  const window = windowOfNode(context, x.shape);
  if (window.dilation.some((gap) => gap !== 1)) node.fail("a pool with dilation. Export the model without it.");
  if (node.int("ceil_mode", 0) === 0) return { window, isExtended: false };
  const [top, left, bottom, right] = window.padding;
  const extended = (axis: 0 | 1, before: number, after: number): number => {
    const [size, kernel, stride] = [at(x.shape, axis + 2), window.kernel[axis], window.stride[axis]];
    const count = Math.ceil((size + before + after - kernel) / stride) + 1;
    // The last window starts in the image or in the padding before it.
    const last = (count - 1) * stride >= size + before ? count - 2 : count - 1;
    return Math.max(last * stride + kernel - size - before, after);
  };
  const padding = [top, left, extended(0, top, bottom), extended(1, left, right)] as const;
  return { window: { ...window, padding }, isExtended: padding[2] !== bottom || padding[3] !== right };
}
