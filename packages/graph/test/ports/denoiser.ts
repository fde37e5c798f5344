import { adam } from "@downhill/optim";
import { compileTrainingStep, defineModel, layers, ops, type Tensor } from "../../src/index.ts";
import { BATCH, pixels, SMALL, signed } from "./data.ts";
import { port } from "./port.ts";

export const denoiser = port({
  model: defineModel("denoiser", SMALL, (scope, images) => {
    const conv = (name: string, x: Tensor, out: number) =>
      layers.conv2d(scope, name, x, out, { kernel: 3, padding: 1 });
    const half = (name: string, x: Tensor) => ops.maxPool2d(ops.relu(conv(name, x, 4)), { kernel: 2 });
    const twice = (name: string, x: Tensor) =>
      ops.relu(layers.convTranspose2d(scope, name, x, 4, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 }));
    return conv("conv3", twice("up2", twice("up1", half("conv2", half("conv1", images)))), 1);
  }),
  optimizer: adam({ lr: 0.01 }),
  compile: (network) =>
    compileTrainingStep(network, {
      batchSize: BATCH,
      targets: { clean: SMALL },
      loss: ({ output, clean }) => ops.binaryCrossEntropyWithLogits(output, clean),
    }),
  run: (step, i) => {
    const noise = signed(`noise ${i}`, BATCH, ...SMALL);
    return step.run(
      pixels.map((pixel, k) => pixel + (noise[k] as number) / 2),
      { clean: pixels },
    );
  },
});
