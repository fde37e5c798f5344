import type { Surface } from "./surface.ts";

/**
 * A line on [-1, 1] that climbs steeply in one step of 101 and falls a little in all others: more up than down, so that
 * -1 is best. Adam forgets the rare large gradient before the next one and moves to 1; AMSGrad does not. From Reddi,
 * Kale and Kumar, "On the convergence of Adam and beyond", section 5.
 */
export const amsgradCounterexample: Surface = {
  name: "amsgradCounterexample",
  title: "Adam's counterexample",
  source: "https://arxiv.org/abs/1904.09237",
  formula: "\\begin{cases} 1010 x & t \\bmod 101 = 1 \\\\ -10 x & \\text{otherwise} \\end{cases}",
  value: ([x]: readonly [number], step) => gradientAt(step) * x,
  gradient: (_, step) => [gradientAt(step)],
  domain: [[-1, 1]],
  minima: [{ at: [-1], value: -10 / 101 }],
  start: [0],
  bounded: true,
};

/** Returns the gradient at a step; the paper's `t` is `step + 1`. */
function gradientAt(step: number | undefined): number {
  if (step === undefined) return (1010 - 100 * 10) / 101;
  return step % 101 === 0 ? 1010 : -10;
}
