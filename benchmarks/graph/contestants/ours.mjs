// Runs a training step of this project: ours.mjs WORKLOAD OPTIMIZER THREADS LOWERING. The first process measures the variants
// of convolutions for the tuning cache, which takes time and memory. A fifth argument `measure` ends the process after that.
import { compileTrainingStep, createNetwork, models } from "@downhill/graph";
import { optimizers } from "@downhill/optim";
import { answer, decline } from "../../common/answer.mjs";
import { batchOf, CLASSES, OPTIMIZERS, WORKLOADS } from "../workloads.mjs";

const [work, optimizer, threads, lowering, only] = process.argv.slice(2);
const { model, imageShape, options, batch } = WORKLOADS[work];
const network = createNetwork(models[model](imageShape, CLASSES, options), { seed: 1 });
const [name, settings] = OPTIMIZERS[optimizer].ours;
const updater = optimizers[name](settings).bind(network.parameters);
const { images, labels } = batchOf(WORKLOADS[work]);

try {
  const start = performance.now();
  const step = await compileTrainingStep(network, { batchSize: batch, threads: Number(threads), lowering });
  const compileMs = performance.now() - start;
  if (only === "measure") {
    console.log(JSON.stringify({ compileMs }));
    process.exit();
  }
  await answer(
    async () => {
      await step.run(images, labels);
      updater.step();
    },
    { compileMs },
  );
} catch (error) {
  decline(error);
}
