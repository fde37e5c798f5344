import { compileJointStep, ops } from "../../src/index.ts";
import golden from "../fixtures/ports.json" with { type: "json" };
import { BATCH, images, initialized, SMALL, signed } from "./data.ts";
import { against, discriminator, generator, optimizer } from "./gan.ts";
import type { Port } from "./port.ts";

/** Updates the discriminator first, and the generator by the loss of the updated discriminator. */
export const ganInTurns: Port = async () => {
  const networks = { generator: initialized(generator), discriminator: initialized(discriminator) };
  const updaters = {
    generator: optimizer.bind(networks.generator.parameters),
    discriminator: optimizer.bind(networks.discriminator.parameters),
  };
  const noiseShape = [6, 1, 1] as const;
  const discriminatorStep = await compileJointStep(networks, {
    batchSize: BATCH,
    inputs: { images: SMALL, noise: noiseShape },
    training: { generator: true },
    losses: ({ generator, discriminator, images, noise }) => ({
      discriminator: ops.add(against(discriminator(images), 1), against(discriminator(generator(noise)), 0)),
    }),
  });
  const generatorStep = await compileJointStep(networks, {
    batchSize: BATCH,
    inputs: { noise: noiseShape },
    training: { discriminator: true },
    losses: ({ generator, discriminator, noise }) => ({ generator: against(discriminator(generator(noise)), 1) }),
  });
  const losses = { discriminator: [] as number[], generator: [] as number[] };
  for (let i = 0; i < golden.steps; i++) {
    const noise = signed(`noise ${i}`, BATCH, ...noiseShape);
    losses.discriminator.push((await discriminatorStep.run({ images, noise })).losses.discriminator);
    updaters.discriminator.step();
    losses.generator.push((await generatorStep.run({ noise })).losses.generator);
    updaters.generator.step();
  }
  await Promise.all([discriminatorStep.dispose(), generatorStep.dispose()]);
  const mean = "main.3.running_mean";
  return { ...losses, [mean]: [...(networks.discriminator.buffers[mean] ?? [])] };
};
