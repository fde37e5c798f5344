import { compileTrainingStep, createNetwork, lenet } from "@downhill/graph";
import { sgd } from "@downhill/optim";

/** Maximum number of steps: enough for an unblocked thread to count its timers. */
const MAX_STEPS = 20_000;

/**
 * Trains a small network for five steps, and then until another thread has increased its counter by `wanted`.
 * @param {Int32Array} shared counter of the other thread, and number of steps
 * @returns the losses of the first five steps, the weights after them, and the increase of the counter
 */
export async function trainUntil(shared, wanted, options) {
  const network = createNetwork(lenet([1, 8, 8], 10), { seed: 3 });
  const updater = sgd({ lr: 0.05, momentum: 0.9 }).bind(network.parameters);
  // Without tuning: measuring in another thread may choose variants that round differently.
  const step = await compileTrainingStep(network, { batchSize: 8, tune: false, ...options });
  const images = Float32Array.from({ length: 8 * 64 }, (_, i) => Math.sin(i * i * 0.37));
  const labels = Int32Array.from({ length: 8 }, (_, i) => (i * 7) % 10);
  const before = Atomics.load(shared, 0);
  const counted = () => Atomics.load(shared, 0) - before;
  const losses = [];
  let weights = [];
  for (let i = 0; i < MAX_STEPS && (i < 5 || counted() < wanted); i++) {
    const { loss } = await step.run(images, labels);
    updater.step();
    Atomics.add(shared, 1, 1);
    if (i < 5) losses.push(loss);
    if (i === 4) weights = Array.from(network.parameters.values);
  }
  await step.dispose();
  return { device: step.device, losses, weights, counted: counted() };
}
