import { expect, test } from "vitest";
import golden from "./fixtures/ports.json" with { type: "json" };
import { autoencoder, tied } from "./ports/autoencoders.ts";
import { cifarNet, classWeights, huber, multiLabel, transfer } from "./ports/classifiers.ts";
import type { Losses } from "./ports/port.ts";
const expected: Readonly<Record<string, Losses>> = golden.ports;
test.each(Object.entries({ autoencoder, tied, cifarNet, classWeights, huber, multiLabel, transfer }))("%s", async (name, train) => {
  const found = await train();
  const d = Math.max(...Object.entries(expected[name]!).flatMap(([n, l]) => l.map((v, i) => Math.abs(found[n]![i]! - v))));
  console.log(name, d);
  expect(d).toBeLessThan(1e-5);
});
