import { constantData } from "../core/constant.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import type { DType } from "../core/values.ts";
import { dataType } from "../onnx/builder.ts";

interface CastAttributes extends Readonly<Record<string, unknown>> {
  readonly dtype: DType;
}

const op = defineOp<[x: Tensor], CastAttributes>({
  name: "cast",
  infer: ([{ shape }], { dtype }) => ({ shape, dtype }),
  simplify: ([x], { dtype }) => {
    if (x.dtype === dtype) return x;
    const [before] = x.inputs;
    // The other types hold every bool and every uint8, so the first of two casts changes nothing.
    if (x.op.name === "cast" && before && isSmall(before) && !isSmall(x)) return cast(before, dtype);
    if (!constantData(x)?.every((value) => fits(Math.trunc(value), dtype))) return null;
    return fold([x], { shape: x.shape, dtype }, (read, index) => Math.trunc(read(0, index)));
  },
  lower: ({ builder, names, attributes: { dtype } }) => builder.node("Cast", names, { to: dataType(dtype) }),
});

const isSmall = ({ dtype }: Tensor): boolean => dtype === "bool" || dtype === "uint8";

/** True if the type holds the whole number, so that all devices cast it alike. */
function fits(value: number, dtype: DType): boolean {
  if (dtype === "uint8") return value >= 0 && value < 2 ** 8;
  return dtype !== "int32" || (value >= -(2 ** 31) && value < 2 ** 31);
}

/**
 * Converts the elements to another type. PyTorch: `Tensor.to`.
 *
 * Fractions are truncated toward 0. A bool becomes 0 or 1, and every number except 0 becomes true. The result for
 * numbers that the new type cannot hold depends on the device. A cast between two types stops the gradient.
 * @param dtype `"float32"`, `"int32"`, `"uint8"` or `"bool"`
 * @returns a tensor of the shape of `x`
 */
export const cast = (x: Tensor, dtype: DType): Tensor => apply(op, [x], { dtype });
