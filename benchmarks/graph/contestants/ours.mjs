// A training step of this project: ours.mjs WORK OPTIMIZER THREADS LOWERING
import { compileTrainingStep, createNetwork, models } from "@downhill/graph";
import { optimizers } from "@downhill/optim";
import { answer, decline } from "../../common/answer.mjs";
import { BATCH, CLASSES, OPTIMIZERS, WORKLOADS } from "../workloads.mjs";

const [work, optimizer, threads, lowering] = process.argv.slice(2);
const { model, imageShape, options } = WORKLOADS[work];
const network = createNetwork(models[model](imageShape, CLASSES, options), { seed: 1 });
const [name, settings] = OPTIMIZERS[optimizer].ours;
const updater = optimizers[name](settings).bind(network.parameters);

const size = BATCH * imageShape.reduce((a, b) => a * b);
// Noise that has no period: images that repeat would be learned by heart.
const images = Float32Array.from({ length: size }, (_, i) => Math.sin(i * i * 0.37));
const labels = Int32Array.from({ length: BATCH }, (_, i) => (i * 7) % CLASSES);

try {
  const start = performance.now();
  const step = await compileTrainingStep(network, { batchSize: BATCH, threads: Number(threads), lowering });
  const compileMs = performance.now() - start;
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
