import { ELEMENT, type Shape as Extent, lengths, SCALAR, type TensorFacts } from "@downhill/optim/rule";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { max } from "../ops/max.ts";
import { sum } from "../ops/sum.ts";

/**
 * Maps the four axes of a rule to the axes of a tensor: the last `rank` axes are those of the tensor, and the axes
 * before them have length 1.
 */
export class Layout {
  readonly #axes: readonly number[];
  readonly #rank: number;

  /** @param leastRank minimum number of axes: 2 if the rule multiplies the tensor as a matrix */
  constructor({ rank, axes }: TensorFacts, leastRank: number) {
    this.#axes = axes;
    this.#rank = Math.max(leastRank, Math.min(rank, axes.length));
  }

  /** Returns the shape of a value of the given extent: `[]` for one number. */
  shape(extent: Extent): Shape {
    return extent === SCALAR ? [] : lengths(extent, this.#axes).slice(this.#axes.length - this.#rank);
  }

  /** Shape of a value with one number per element. */
  get element(): Shape {
    return this.shape(ELEMENT);
  }

  /**
   * Reduces a value over some axes.
   * @param axes positions among the four axes of the rule
   * @param extent extent of the result
   */
  reduce(op: "sum" | "max", x: Tensor, axes: readonly number[], extent: Extent): Tensor {
    const reduce = op === "sum" ? sum : max;
    if (extent === SCALAR) return reduce(x);
    const own = axes.map((axis) => axis - (this.#axes.length - this.#rank)).filter((axis) => axis >= 0);
    return reduce(x, own, { keepDims: true });
  }
}
