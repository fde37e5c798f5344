import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lower, trainingGraph } from "../../packages/graph/dist/index.js";
import { buildModel } from "../../packages/train/dist/index.js";

const file = (cache) => join(cache, "downhill", "lowerings.json");

/** Reads the machine and the variants from the tuning cache of a finished run. */
export function readCache(cache) {
  const { choices } = JSON.parse(readFileSync(file(cache), "utf8"));
  const [[machine, variants]] = Object.entries(choices);
  return { machine, variants };
}

/** Writes a tuning cache that prescribes variants. */
export function writeCache(cache, machine, variants) {
  mkdirSync(join(cache, "downhill"), { recursive: true });
  writeFileSync(file(cache), JSON.stringify({ version: 1, choices: { [machine]: variants } }));
  return cache;
}

/** Returns all variants of each tuning key of LeNet on the sample, for the given batch sizes. */
export function allVariants(batchSizes, blocked) {
  const all = new Map();
  const model = buildModel("lenet", [1, 28, 28], 10, {});
  for (const size of batchSizes) {
    lower(trainingGraph(model, size, { normalization: { mean: [0.5], std: [0.5] } }), {
      blocked,
      choose: ({ id, variants, defaultVariant }) => {
        all.set(id, variants);
        return defaultVariant;
      },
    });
  }
  return all;
}
