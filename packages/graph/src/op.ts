import type { OnnxBuilder } from "./onnx/builder.ts";
import type { Shape } from "./shape.ts";
import { type Attributes, type DType, Tensor } from "./tensor.ts";
import type { Choose } from "./tuning/question.ts";

/** What a gradient is made of. */
export interface GradientContext<A> {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** The gradient of the result by the output; of the output's shape. */
  readonly cotangent: Tensor;
  readonly attributes: A;
}

/** What a lowering is made of. */
export interface LoweringContext<A> {
  readonly builder: OnnxBuilder;
  /** The names of the inputs' values in the ONNX graph. */
  readonly names: readonly string[];
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: A;
  /** Picks among several ways to compute the same. Default: the usual one. */
  readonly choose?: Choose;
}

/** An operation: its shape rule, its gradient in ops, and its lowering to ONNX nodes. */
export interface Op<A extends Attributes = never> {
  readonly name: string;
  /** It does the same to each element by itself, whatever order they are in. */
  readonly elementwise?: true;
  /** Its value is that of its first input: it only says how gradients flow. */
  readonly transparent?: true;
  /** The output's shape, and its type where that is not the first input's. Calls `fail` for inputs that do not fit. */
  readonly infer: (inputs: readonly Tensor[], attributes: A) => { readonly shape: Shape; readonly dtype?: DType };
  /** A simpler tensor of the same value; null where there is none. */
  readonly simplify?: (inputs: readonly Tensor[], attributes: A, shape: Shape) => Tensor | null;
  /** The gradient by each input; null where none flows. An op without this stops gradients. */
  readonly gradient?: (context: GradientContext<A>) => readonly (Tensor | null)[];
  /** Adds nodes in standard ONNX ops that every device runs; returns the name of the output's value. */
  readonly lower: (context: LoweringContext<A>) => string;
}

/** Types an op's definition; its public function calls `apply`. */
export const defineOp = <A extends Attributes>(op: Op<A>): Op<A> => op;

/** The tensor that an op makes of its inputs. */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const { shape, dtype = (inputs[0] as Tensor).dtype } = op.infer(inputs, attributes);
  const simpler = op.simplify?.(inputs, attributes, shape);
  return simpler ?? new Tensor(op as unknown as Op, inputs, attributes, shape, dtype);
}
