import type { Pair, Surface } from "./surface.ts";

/** A plain and a valley between walls as steep as the sixth power: gradients of every size. */
export const beale: Surface = {
  name: "beale",
  title: "Beale",
  source: "https://www.sfu.ca/~ssurjano/beale.html",
  formula: "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
  value: ([x, y]: Pair) => TARGETS.reduce((sum, target, i) => sum + (target - x + x * y ** (i + 1)) ** 2, 0),
  gradient([x, y]: Pair) {
    const gradient: [number, number] = [0, 0];
    for (const [i, target] of TARGETS.entries()) {
      const residual = target - x + x * y ** (i + 1);
      gradient[0] += 2 * residual * (y ** (i + 1) - 1);
      gradient[1] += 2 * residual * (i + 1) * x * y ** i;
    }
    return gradient;
  },
  domain: [
    [-4.5, 4.5],
    [-4.5, 4.5],
  ],
  minima: [{ at: [3, 0.5], value: 0 }],
  start: [1, 0.9],
};

const TARGETS = [1.5, 2.25, 2.625];
