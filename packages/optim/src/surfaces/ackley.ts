import type { Pair, Surface } from "./surface.ts";

/**
 * A dented plain around a funnel whose sides are as steep at the minimum as above it, so that steps never get small.
 */
export const ackley: Surface = {
  name: "ackley",
  title: "Ackley",
  source: "https://www.sfu.ca/~ssurjano/ackley.html",
  formula:
    "-20 \\exp\\left(-0.2 \\sqrt{\\tfrac{1}{2} (x^2 + y^2)}\\right) " +
    "- \\exp\\left(\\tfrac{1}{2} (\\cos 2 \\pi x + \\cos 2 \\pi y)\\right) + 20 + e",
  value: (point: Pair) => 20 - 20 * Math.exp(-0.2 * radius(point)) + Math.E - Math.exp(meanCosine(point)),
  gradient(point: Pair) {
    const r = radius(point);
    // The minimum is a kink; 0 is the subgradient that stays there.
    const funnel = r === 0 ? 0 : (2 * Math.exp(-0.2 * r)) / r;
    const dents = Math.PI * Math.exp(meanCosine(point));
    return point.map((x) => funnel * x + dents * Math.sin(2 * Math.PI * x));
  },
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  minima: [{ at: [0, 0], value: 0 }],
  start: [-3.3, 2.4],
};

const radius = ([x, y]: Pair): number => Math.sqrt((x ** 2 + y ** 2) / 2);
const meanCosine = ([x, y]: Pair): number => (Math.cos(2 * Math.PI * x) + Math.cos(2 * Math.PI * y)) / 2;
