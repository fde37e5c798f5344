/** Formats a learning rate with two significant digits: 0.012, 3.2e-5. */
export function formatRate(lr: number): string {
  const rounded = Number(lr.toPrecision(2));
  return rounded >= 1e-3 && rounded < 1e4 ? String(rounded) : rounded.toExponential();
}
