import type { OnnxBuilder } from "../onnx/builder.ts";
import type { ChooseVariant } from "../tuning/tuning-key.ts";
import type { Shape } from "./shape.ts";
import type { DType } from "./values.ts";

export type Attributes = Readonly<Record<string, unknown>>;

/** A value of the graph, which has a shape and no numbers yet: what an op makes of its inputs. */
export class Tensor {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(op: Op, inputs: readonly Tensor[], attributes: Attributes, shape: Shape, dtype: DType) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
    this.dtype = dtype;
  }

  get rank(): number {
    return this.shape.length;
  }
}

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
  readonly choose?: ChooseVariant;
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
