import type { Pair, Surface } from "./surface.ts";

/**
 * Returns a bowl that is `conditionNumber` times as steep across as along (at least 1, default 50): a rate that is
 * stable across is slow along, which is the case for momentum.
 *
 * @throws RangeError if the condition number is not a finite number of at least 1
 * @example
 * trace(sgd({ lr: 0.01, momentum: 0.9 }), ravine({ conditionNumber: 100 }));
 */
export function ravine({ conditionNumber = 50 }: { readonly conditionNumber?: number } = {}): Surface {
  if (!(Number.isFinite(conditionNumber) && conditionNumber >= 1)) {
    throw new RangeError(`ravine: conditionNumber = ${conditionNumber}: expected a number in [1, inf)`);
  }
  return {
    name: "ravine",
    title: `Ravine of condition number ${conditionNumber}`,
    source: "https://distill.pub/2017/momentum/",
    formula: `\\tfrac{1}{2} (x^2 + ${conditionNumber} y^2)`,
    value: ([x, y]: Pair) => (x ** 2 + conditionNumber * y ** 2) / 2,
    gradient: ([x, y]: Pair) => [x, conditionNumber * y],
    domain: [
      [-5, 5],
      [-2, 2],
    ],
    minima: [{ at: [0, 0], value: 0 }],
    start: [-4, 1],
  };
}
