/**
 * Returns the position that `consensus` chooses for an optimizer: 0 is the low end of the recommended range, 1 the high end.
 * Measured on nine pairs of network and data set. The first steps of Adagrad and RMSprop are larger than later ones at the
 * same learning rate, so their test diverges early. Lion tolerates rates for a few steps at which a training diverges.
 * @param optimizer name, also with wrappers: `exponentialMovingAverage(adagrad)`
 */
export function consensusPosition(optimizer: string): number {
  const inner = optimizer.replace(/^.*\(/, "").replaceAll(")", "");
  return POSITIONS[inner] ?? MIDDLE;
}

const MIDDLE = 0.5;
const POSITIONS: Readonly<Record<string, number>> = { adagrad: 1, rmsprop: 1, lion: 0 };
