import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNetwork, importOnnx, input } from "@downhill/graph";
import { mutateBytes } from "../mutate.mjs";

const FIXTURES = fileURLToPath(new URL("../../../packages/graph/test/fixtures/onnx/", import.meta.url));

/** Tests damaged ONNX files: an accepted one has a model of finite weights, whose graph is built for other batch sizes. */
export async function prepare() {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".onnx"))
    .map((name) => readFileSync(join(FIXTURES, name)));
}

export async function run(files, random) {
  const bytes = mutateBytes(random.pick(files), random);
  const { model, newParameters } = importOnnx(bytes, random.share() < 0.3 ? { classes: 3 } : {});
  assert.ok(model.classes >= 1 && model.imageShape.length === 3);
  assert.ok(newParameters.length === 0 || newParameters.length === 2);
  if (model.parameters.length === 0) return;
  const { parameters } = createNetwork(model, { reserve: 0 });
  for (const name of parameters.names) assert.ok(parameters.value(name).every(Number.isFinite), name);
  model.apply(input("images", [5, ...model.imageShape]), { training: true });
}
