import type { Model } from "@downhill/graph";
import type { UndecodedTensor } from "../checkpoints/safetensors.ts";
import { floatsOf } from "../checkpoints/to-float32.ts";
import { shapesOf } from "../checkpoints/weights-file.ts";
import { sizeOf } from "../size.ts";

/**
 * Returns a tensor in the shape of the model where only axes of size 1 differ, and the filters of the first convolution for
 * the model's channels: summed over the colors for gray images, and divided among the colors for color images.
 * @param source file, for errors
 */
export function withInputChannels(tensor: UndecodedTensor, model: Model, source: string): UndecodedTensor {
  const shape = shapesOf(model)[tensor.name];
  if (shape === undefined || String(shape) === String(tensor.shape)) return tensor;
  if (squeezed(shape) === squeezed(tensor.shape)) return { ...tensor, shape };
  const [out, channels = 1, ...kernel] = shape;
  const [ownOut, own = 1, ...ownKernel] = tensor.shape;
  const isInput = model.parameters.some(({ name, role }) => name === tensor.name && role === "input");
  const isAlike = out === ownOut && String(kernel) === String(ownKernel) && shape.length === 4;
  if (!isInput || !isAlike || (own !== 1 && channels !== 1)) return tensor;
  const values = (): Float32Array => {
    const filters = floatsOf(tensor, source, true);
    const taps = sizeOf(kernel);
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const [filter, tap] = [Math.floor(i / (channels * taps)), i % taps];
      let sum = 0;
      for (let c = 0; c < own; c++) sum += filters[(filter * own + c) * taps + tap] as number;
      return sum / channels;
    });
  };
  return { ...tensor, dtype: "F32", shape, values };
}

const squeezed = (shape: readonly number[]): string => String(shape.filter((size) => size !== 1));
