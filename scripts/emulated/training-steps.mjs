import { compile, compileTrainingStep, createNetwork, gradients, lenet, ops } from "@downhill/graph";
import { sgd } from "@downhill/optim";
import { fed, listed, lossOf, noise } from "./numbers.mjs";

/** Computes a residual block with batch norm and pools, and the gradients of its inputs. */
export async function poolAndBatchNorm(options) {
  const feeds = {};
  const tensors = {
    images: fed(feeds, "images", [4, 3, 16, 16]),
    first: fed(feeds, "first", [24, 3, 3, 3]),
    scale: fed(feeds, "scale", [24]),
    shift: fed(feeds, "shift", [24]),
    second: fed(feeds, "second", [24, 24, 3, 3]),
  };
  const { images, first, scale, shift, second } = tensors;
  const convolved = ops.conv2d(images, first, undefined, { padding: 1 });
  const normalized = ops.relu(ops.batchNorm(convolved, scale, shift).y);
  const pooled = ops.maxPool2d(normalized, { kernel: 2 });
  const residual = ops.relu(ops.add(pooled, ops.conv2d(pooled, second, undefined, { padding: 1 })));
  const averaged = ops.avgPool2d(residual, { kernel: 2 });
  const mean = ops.globalAveragePool(residual);
  const grads = gradients(ops.add(lossOf(averaged), lossOf(mean)), Object.values(tensors));
  const program = await compile(
    {
      "batch norm": normalized,
      "max pool": pooled,
      "average pool": averaged,
      "global average pool": mean,
      ...Object.fromEntries(Object.keys(tensors).map((name, i) => [`gradient of ${name} through pools`, grads[i]])),
    },
    options,
  );
  const values = await program.run(feeds);
  await program.dispose();
  return listed(values);
}

const [BATCH, STEPS] = [8, 3];

/** Trains LeNet for three steps; returns the losses and the weights. */
export async function trainingSteps(options) {
  const network = createNetwork(lenet([1, 28, 28], 10), { seed: 1 });
  const step = await compileTrainingStep(network, { ...options, batchSize: BATCH });
  const updater = sgd({ lr: 0.05, momentum: 0.9 }).bind(network.parameters);
  const losses = [];
  for (let i = 0; i < STEPS; i++) {
    const labels = Int32Array.from({ length: BATCH }, (_, k) => (3 * k + i) % 10);
    losses.push((await step.run(noise(BATCH * 28 * 28, i), labels)).loss);
    updater.step();
  }
  await step.dispose();
  const { parameters } = network;
  return [
    { name: "losses of lenet", values: Float32Array.from(losses) },
    ...parameters.names.map((name) => ({ name: `${name} of lenet`, values: parameters.value(name) })),
  ];
}
