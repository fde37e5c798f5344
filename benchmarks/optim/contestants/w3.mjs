// Runs one part of a training step of W3: w3.mjs gradients, or an optimizer's name.
import { compileTrainingStep, createNetwork, models } from "@downhill/graph";
import { adamw, optimizers } from "@downhill/optim";
import { answer, decline } from "../../common/answer.mjs";
import { batchOf, CLASSES, WORKLOADS } from "../../graph/workloads.mjs";
import { fillGradient } from "../models.mjs";

const [part] = process.argv.slice(2);
const { model, imageShape, options, batch } = WORKLOADS.W3;

try {
  const network = createNetwork(models[model](imageShape, CLASSES, options), { seed: 1 });
  if (part === "gradients") {
    const { images, labels } = batchOf(WORKLOADS.W3);
    const step = await compileTrainingStep(network, { batchSize: batch, threads: 1 });
    await answer(async () => void (await step.run(images, labels)));
  } else {
    const { parameters } = network;
    for (const name of parameters.names) fillGradient(parameters.gradient(name));
    const factory = optimizers[part];
    const updater = factory("role" in factory ? { partner: adamw() } : {}).bind(parameters);
    await answer(() => updater.step());
  }
} catch (error) {
  decline(error);
}
