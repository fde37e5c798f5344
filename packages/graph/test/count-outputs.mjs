// Trains a network of a million parameters for some steps. Prints the number of full garbage collections and of page faults.
import { constants, PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { compileTrainingStep, createNetwork, mlp } from "@downhill/graph";
import { sgd } from "@downhill/optim";

const STEPS = 150;

const network = createNetwork(mlp([1, 28, 28], 10, { hidden: [1024, 256] }), { seed: 1 });
const updater = sgd({ lr: 0.01 }).bind(network.parameters);
const step = await compileTrainingStep(network, { batchSize: 2, tune: false });
const images = new Float32Array(2 * 784).fill(0.5);
let full = 0;
const observer = new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full++;
});
observer.observe({ entryTypes: ["gc"] });
const train = async (steps) => {
  for (let i = 0; i < steps; i++) {
    await step.run(images, Int32Array.of(1, 2));
    updater.step();
  }
};
await train(STEPS);
const before = process.resourceUsage().minorPageFault;
await train(STEPS);
const pages = process.resourceUsage().minorPageFault - before;
await step.dispose();
await setImmediate();
observer.disconnect();
console.log(JSON.stringify({ megabytes: (STEPS * 4 * network.parameters.values.length) / 1e6, full, pages }));
