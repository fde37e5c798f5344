// How far do optimizers come in 500 steps down Rosenbrock's valley, each at the best of a few rates?
// Run by `npm start`.
import { optimizers, Parameters } from "@downhill/optim";

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

/** (1 - x)^2 + 100 (y - x^2)^2 has its minimum, 0, at (1, 1), at the end of a long bent valley. */
function rosenbrock([x, y], gradient) {
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
}

function descend(name, settings, lr) {
  const parameters = new Parameters({ position: [2] });
  parameters.value("position").set([-1.5, 2]);
  const updater = optimizers[name]({ ...settings, lr }).bind(parameters, { guard: "allow" });
  const [position, gradient] = [parameters.value("position"), parameters.gradient("position")];
  for (let step = 0; step < STEPS; step++) {
    rosenbrock(position, gradient);
    updater.step();
  }
  const loss = rosenbrock(position, gradient);
  return { lr, loss: Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY, position: [...position] };
}

console.log(`Rosenbrock's function from (-1.5, 2), ${STEPS} steps, the best of the rates ${RATES.join(", ")}:\n`);
console.log("  optimizer        rate    loss       position");
for (const [title, settings] of Object.entries(RACERS)) {
  const name = title.split(",")[0];
  const best = RATES.map((lr) => descend(name, settings, lr)).reduce((a, b) => (b.loss < a.loss ? b : a));
  const [x, y] = best.position.map((coordinate) => coordinate.toFixed(3));
  console.log(`  ${title.padEnd(15)}  ${String(best.lr).padEnd(6)}  ${best.loss.toExponential(2)}   (${x}, ${y})`);
}
console.log("\nNext: npm test, or npm run bench -- optim");
