/**
 * Where `consensus` chooses for an optimizer, from 0, the low end of the rates that its curve calls good, to 1. Measured on
 * nine pairs of a net and a data set: the first steps of Adagrad and RMSprop are larger than later ones at the same rate,
 * so their test breaks early; Lion survives for some steps what breaks a training.
 * @param optimizer its name, also in wrappers: `exponentialMovingAverage(adagrad)`
 */
export function consensusPosition(optimizer: string): number {
  const inner = optimizer.replace(/^.*\(/, "").replaceAll(")", "");
  return POSITIONS[inner] ?? MIDDLE;
}

const MIDDLE = 0.5;
const POSITIONS: Readonly<Record<string, number>> = { adagrad: 1, rmsprop: 1, lion: 0 };
