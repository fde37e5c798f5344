// How far do optimizers come in 500 steps down Rosenbrock's valley, each at the best of a few rates?
// Run it by: node examples/first-steps.mjs
import { optimizers, surfaces, trace } from "@downhill/optim";

const START = [-1.5, 2];
const STEPS = 500;
const RATES = [1e-4, 1e-3, 1e-2, 1e-1, 1];
const RACERS = {
  sgd: {},
  "sgd, momentum": { momentum: 0.9 },
  "sgd, Nesterov": { momentum: 0.9, nesterov: true },
  adagrad: {},
  adadelta: {},
  rmsprop: {},
  adam: {},
  adamw: {},
  nadam: {},
  lion: {},
};

function descend(name, settings, lr) {
  const { points, losses, divergedAt } = trace(
    optimizers[name]({ ...settings, lr }),
    surfaces.rosenbrock,
    START,
    STEPS,
  );
  return { lr, loss: divergedAt === null ? losses.at(-1) : Number.POSITIVE_INFINITY, position: points.at(-1) };
}

console.log(
  `Rosenbrock's function from (${START.join(", ")}), ${STEPS} steps, the best of the rates ${RATES.join(", ")}:\n`,
);
console.log("  optimizer        rate    loss       position");
for (const [title, settings] of Object.entries(RACERS)) {
  const name = title.split(",")[0];
  const best = RATES.map((lr) => descend(name, settings, lr)).reduce((a, b) => (b.loss < a.loss ? b : a));
  const [x, y] = best.position.map((coordinate) => coordinate.toFixed(3));
  console.log(`  ${title.padEnd(15)}  ${String(best.lr).padEnd(6)}  ${best.loss.toExponential(2)}   (${x}, ${y})`);
}
console.log("\nNext: npm test, or npm run bench -- optim");
