import type { Tensor } from "../../core/tensor.ts";
import { channelsOf } from "../layout.ts";
import { compose, type Linear, scaleOf, shiftOf } from "../linear.ts";
import type { Epilogue, LoweredTensors, Pending } from "../lowered-tensors.ts";

/** Scales and shifts the channels of a tensor, fused into the op before it or the op after it if possible. */
export function applyLinear(lowered: LoweredTensors, x: Tensor, linear: Linear): Pending {
  const before = lowered.pending(x);
  const emit = (epilogue: Epilogue): string => {
    const all = epilogue.linear ? compose(lowered.b.onnx, linear, epilogue.linear) : linear;
    return before?.takesLinear ? before.emit({ ...epilogue, linear: all }) : write(lowered, x, all, epilogue);
  };
  return { emit, takesLinear: true, takesSum: true, takesActivation: true };
}

function write(lowered: LoweredTensors, x: Tensor, linear: Linear, { sum, activation }: Epilogue): string {
  const { onnx } = lowered.b;
  const value = lowered.blocked(x);
  const { factor = 1, scale, bias, offset = 0 } = linear;
  // ONNX Runtime multiplies or adds a single number in place.
  if (!(scale || bias || sum || activation) && (factor === 1 || offset === 0)) {
    if (factor !== 1) return onnx.node("Mul", [value, onnx.float(factor)]);
    return offset === 0 ? value : onnx.node("Add", [value, onnx.float(offset)]);
  }
  const channels = channelsOf(x.shape);
  const ones = (): string => onnx.constant(new Float32Array(channels).fill(1), [channels]);
  return lowered.b.scaleChannels(value, x.shape, scaleOf(onnx, linear, channels) ?? ones(), {
    bias: shiftOf(onnx, linear, channels) ?? undefined,
    sum,
    activation,
  });
}
