import { constantData } from "../core/constant.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import type { DType } from "../core/values.ts";
import { dataType } from "../onnx/builder.ts";

interface CastAttributes extends Readonly<Record<string, unknown>> {
  readonly dtype: DType;
}

const op = defineOp<CastAttributes>({
  name: "cast",
  infer: ([x], { dtype }) => ({ shape: (x as Tensor).shape, dtype }),
  simplify: (inputs, { dtype }) => {
    const [x] = inputs as [Tensor];
    if (x.dtype === dtype) return x;
    const [before] = x.inputs;
    // Every bool and every uint8 is a number of the other types.
    if (x.op.name === "cast" && before && isSmall(before) && !isSmall(x)) return cast(before, dtype);
    if (!constantData(x)?.every((value) => fits(Math.trunc(value), dtype))) return null;
    return fold(inputs, { shape: x.shape, dtype }, (read, index) => Math.trunc(read(0, index)));
  },
  lower: ({ builder, names, attributes: { dtype } }) => builder.node("Cast", names, { to: dataType(dtype) }),
});

const isSmall = ({ dtype }: Tensor): boolean => dtype === "bool" || dtype === "uint8";

/** Whether each device makes the same of a whole number. */
function fits(value: number, dtype: DType): boolean {
  if (dtype === "uint8") return value >= 0 && value < 2 ** 8;
  return dtype !== "int32" || (value >= -(2 ** 31) && value < 2 ** 31);
}

/**
 * The elements as another type. Fractions are cut off towards 0, bool is 0 or 1, and anything but 0 is true; what the
 * new type cannot hold differs by device. No gradient goes from one type to another.
 */
export const cast = (x: Tensor, dtype: DType): Tensor => apply(op, [x], { dtype });
