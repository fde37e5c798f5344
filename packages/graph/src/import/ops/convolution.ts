import { apply } from "../../core/op.ts";
import { at, type Shape, showShape, sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { convolutionOp } from "../../ops/conv2d.ts";
import type { Padding, Pair } from "../../spatial/window.ts";
import type { Handler, NodeContext } from "../context.ts";

/** Attributes of a window: those of convolutions and pools. */
export interface NodeWindow {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
}

/** Reads the window of a convolution or a pool over images of a shape. */
export function windowOfNode({ node }: NodeContext, images: Shape, kernelOfWeight?: Shape): NodeWindow {
  if (images.length !== 4) node.fail(`images ${showShape(images)}. Expected [batch, channels, height, width].`);
  const kernel = pair(node.ints("kernel_shape", kernelOfWeight));
  const stride = pair(node.ints("strides", [1, 1]));
  const dilation = pair(node.ints("dilations", [1, 1]));
  const mode = node.text("auto_pad", "NOTSET");
  if (mode === "NOTSET") {
    const [top, left, bottom, right, ...others] = node.ints("pads", [0, 0, 0, 0]);
    if (top === undefined || left === undefined || bottom === undefined || right === undefined || others.length > 0) {
      return node.fail("the pads are not four numbers. Expected those of images.");
    }
    return checked({ kernel, stride, dilation, padding: [top, left, bottom, right] });
  }
  if (mode === "VALID") return checked({ kernel, stride, dilation, padding: [0, 0, 0, 0] });
  if (mode !== "SAME_UPPER" && mode !== "SAME_LOWER") node.fail(`auto_pad = '${mode}'. The file is damaged.`);
  const [height, width] = [0, 1].map((axis): Pair => {
    const [size, step] = [at(images, axis + 2), at(stride, axis)];
    const span = at(dilation, axis) * (at(kernel, axis) - 1) + 1;
    const total = Math.max((Math.ceil(size / step) - 1) * step + span - size, 0);
    const [small, large] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return mode === "SAME_UPPER" ? [small, large] : [large, small];
  }) as [Pair, Pair];
  return checked({ kernel, stride, dilation, padding: [height[0], width[0], height[1], width[1]] });

  function pair(list: readonly number[]): Pair {
    const [first, second, ...others] = list;
    if (first !== undefined && second !== undefined && others.length === 0) return [first, second];
    return node.fail(`a window of ${showShape(list)}. Expected height and width.`);
  }

  function checked(window: NodeWindow): NodeWindow {
    const sizes = [...window.kernel, ...window.stride, ...window.dilation];
    const isValid =
      sizes.every((size) => size >= 1 && size < MAX_SIZE) &&
      window.padding.every((size) => size >= 0 && size < MAX_SIZE);
    return isValid ? window : node.fail(`the window has sizes that no image has. The file is damaged.`);
  }
}

const MAX_SIZE = 2 ** 16;

/** Convolution of images. */
export const convolutionOps: Readonly<Record<string, Handler>> = { Conv: convolved };

function convolved(context: NodeContext): Tensor {
  const { node } = context;
  const x = context.tensor(0);
  const [filters = 0, perGroup = 0, ...kernel] = context.shape(1);
  const window = windowOfNode(context, x.shape, kernel);
  const weight = context.parameter(1, "weight");
  const bias = context.has(2) ? [context.parameter(2, "bias", "bias", [filters])] : [];
  const y = apply(convolutionOp, [x, weight, ...bias], { ...window, groups: node.int("group", 1) });
  const size = perGroup * sizeOf(kernel);
  context.record("conv2d", y, filters * (size + bias.length), sizeOf(y.shape) * size);
  return y;
}
