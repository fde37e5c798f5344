import { ELEMENT, type Shape as Extent, lengths, SCALAR, type TensorFacts } from "@downhill/optim/rule";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { max } from "../ops/max.ts";
import { sum } from "../ops/sum.ts";

/** How the four axes that a rule sees lie in a tensor: its last `rank` are there, and those before have length 1. */
export class Layout {
  readonly #axes: readonly number[];
  readonly #rank: number;

  /** @param leastRank more axes than the tensor has: 2 where it is to be multiplied as a matrix */
  constructor({ rank, axes }: TensorFacts, leastRank: number) {
    this.#axes = axes;
    this.#rank = Math.max(leastRank, Math.min(rank, axes.length));
  }

  /** The shape of what extends so far: `[]` for one number. */
  shape(extent: Extent): Shape {
    return extent === SCALAR ? [] : lengths(extent, this.#axes).slice(this.#axes.length - this.#rank);
  }

  get element(): Shape {
    return this.shape(ELEMENT);
  }

  /** `axes` are positions among the four; the result extends as far as `extent`. */
  reduce(op: "sum" | "max", x: Tensor, axes: readonly number[], extent: Extent): Tensor {
    const reduce = op === "sum" ? sum : max;
    if (extent === SCALAR) return reduce(x);
    const own = axes.map((axis) => axis - (this.#axes.length - this.#rank)).filter((axis) => axis >= 0);
    return reduce(x, own, { keepDims: true });
  }
}
