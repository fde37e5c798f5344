import { optimizers, Parameters, surfaces, trace } from "@downhill/optim";

/** Number of updates of every path. */
export const STEPS = 200;

/** Learning rates that are tried for every optimizer: 1 and 3 times the powers of ten from 1e-4 to 1. */
export const RATES = [-4, -3, -2, -1, 0].flatMap((power) => [1, 3].map((digit) => Number(`${digit}e${power}`)));

/** The surfaces of the paths. On the ravine no multiple of a rate leads from the start to the minimum exactly. */
export const SURFACES = [{ ...surfaces.ravine, start: [-4.3, 1.17] }, surfaces.rosenbrock];

/** The path with the lowest mean loss among all learning rates, and its rate. */
export const bestPath = best((name, lr, surface) => {
  const { points, losses, divergedAt } = trace(optimizers[name]({ lr }), surface, surface.start, STEPS);
  return { points, losses, mean: divergedAt === null ? mean(losses) : Number.POSITIVE_INFINITY };
});

/** The losses with the lowest mean among all learning rates, and their rate, for optimizers of matrices. */
export const bestMatrixDescent = best((name, lr) => {
  const losses = fitMatrix(optimizers[name]({ lr, weightDecay: 0 }));
  return { losses, mean: losses.length > STEPS ? mean(losses) : Number.POSITIVE_INFINITY };
});

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Tries all learning rates, once for each optimizer and surface. */
function best(descend) {
  const known = new Map();
  return (name, surface) => {
    const key = `${name} ${surface?.name}`;
    if (!known.has(key)) {
      const all = RATES.map((lr) => ({ lr, ...descend(name, lr, surface) }));
      known.set(
        key,
        all.reduce((a, b) => (b.mean < a.mean ? b : a)),
      );
    }
    return known.get(key);
  };
}

const SIZE = 8;

/**
 * Losses while a matrix W of 8 x 8, zero at first, fits a rotation of the plane in each pair of axes. The inputs of the
 * pairs have the scales 1, 1/2, 1/4 and 1/8, so the loss has the condition number 64.
 */
function fitMatrix(optimizer) {
  const parameters = new Parameters({ weight: [SIZE, SIZE] }, { dtype: "float64" });
  const updater = optimizer.bind(parameters);
  const scale = (column) => 0.5 ** Math.floor(column / 2);
  const losses = [];
  for (let step = 0; step <= STEPS; step++) {
    const weight = parameters.value("weight");
    const error = Float64Array.from(weight, (value, i) => value - target(Math.floor(i / SIZE), i % SIZE));
    losses.push(error.reduce((sum, value, i) => sum + (scale(i % SIZE) * value) ** 2, 0) / 2);
    if (step === STEPS || !Number.isFinite(losses.at(-1))) break;
    parameters.setGradient(
      "weight",
      error.map((value, i) => scale(i % SIZE) ** 2 * value),
    );
    updater.step();
  }
  return losses;
}

/** A rotation by 45 degrees in each pair of axes. */
function target(row, column) {
  if (Math.floor(row / 2) !== Math.floor(column / 2)) return 0;
  if (row === column) return Math.SQRT1_2;
  return row < column ? -Math.SQRT1_2 : Math.SQRT1_2;
}
