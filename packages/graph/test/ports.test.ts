import { describe, expect, test } from "vitest";
import golden from "./fixtures/ports.json" with { type: "json" };
import { autoencoder, tied } from "./ports/autoencoders.ts";
import { cifarNet, classWeights, huber, multiLabel, transfer } from "./ports/classifiers.ts";
import { denoiser } from "./ports/denoiser.ts";
import { distillation } from "./ports/distillation.ts";
import { gan } from "./ports/gan.ts";
import { ganInTurns } from "./ports/gan-in-turns.ts";
import { siamese, simClr, triplet } from "./ports/pairs.ts";
import type { Losses, Port } from "./ports/port.ts";
import { vae } from "./ports/vae.ts";
import { vit } from "./ports/vit.ts";

const expected: Readonly<Record<string, Losses>> = golden.ports;
const ports: Readonly<Record<string, Port>> = {
  ...{ autoencoder, cifarNet, classWeights, denoiser, distillation, gan, ganInTurns, huber, multiLabel },
  ...{ siamese, simClr, tied, transfer, triplet, vae, vit },
};

/** Largest difference between losses of the same name and step. */
function largestDifference(found: Losses, exact: Losses): number {
  const differences = Object.entries(exact).flatMap(([name, losses]) =>
    losses.map((loss, i) => Math.abs((found[name]?.[i] ?? Number.NaN) - loss)),
  );
  return Math.max(...differences);
}

describe(`the losses of ${golden.steps} steps equal those of ${golden.source}`, () => {
  test("each golden has a port", () => {
    expect(Object.keys(ports).sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(Object.entries(ports))("%s", async (name, train) => {
    expect(largestDifference(await train(), expected[name] as Losses)).toBeLessThan(1e-5);
  });
});
