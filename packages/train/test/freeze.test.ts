import { createNetwork, headNames, lenet, resnet } from "@downhill/graph";
import { imageSet } from "@downhill/images";
import { adamw, exponentialMovingAverage, sgd } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import { depthGroups } from "../src/config/depth-groups.ts";
import { withFineTuning } from "../src/config/fine-tuning.ts";
import { parseConfig } from "../src/config/parse.ts";
import { resolveConfig } from "../src/config/resolve.ts";
import { buildRunSchedule } from "../src/config/run-schedule.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import type { EpochLine } from "../src/training/callback.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { train } from "../src/training/train.ts";

const LABELS = Int32Array.from({ length: 24 }, (_, i) => i % 3);
const SET = imageSet({
  images: Uint8Array.from(
    { length: 24 * 3 * 64 },
    (_, i) => (i * i * 13 + 80 * (LABELS[Math.floor(i / 192)] as number)) % 256,
  ),
  labels: LABELS,
  imageShape: [3, 8, 8],
});
const MODEL = resnet([3, 8, 8], 3, { width: 4, depth: 8 });
const HEAD = headNames(MODEL);

/** Three epochs of three steps. */
const run = async (options: Partial<TrainOptions>, seed = 1) => {
  const network = createNetwork(MODEL, { seed });
  const start = Object.fromEntries(MODEL.parameters.map(({ name }) => [name, [...network.parameters.value(name)]]));
  const lines: number[] = [];
  const epochs: EpochLine[] = [];
  const result = await train({
    network,
    data: { train: SET, validation: SET },
    optimizer: adamw({ lr: 0.01 }),
    ...{ epochs: 3, batchSize: 8, tune: false, threads: 1 },
    ...options,
    callbacks: [
      {
        name: "lines",
        onStep: ({ loss }) => void lines.push(loss),
        onEpoch: (line) => void epochs.push(line),
      },
      ...(options.callbacks ?? []),
    ],
  });
  const changed = MODEL.parameters.flatMap(({ name }) =>
    result.weights[name]?.some((value, i) => value !== start[name]?.[i]) ? [name] : [],
  );
  return {
    result,
    lines,
    epochs,
    changed,
    weights: JSON.stringify(Object.values(result.weights).map((one) => [...one])),
  };
};

describe("a frozen body", () => {
  test("only the head changes; the losses are those of a training with trains and fixed statistics; features are computed once", async () => {
    const seen: number[] = [];
    const frozen = await run({ freeze: "all", onFeatures: (done) => void seen.push(done) });
    expect(frozen.changed).toEqual(HEAD);
    expect(seen.at(-1)).toBe(48);
    expect(frozen.epochs.map(({ phase }) => phase)).toEqual(["head", "head", "head"]);
    const plain = await run({ trains: HEAD });
    expect(frozen.lines).toHaveLength(plain.lines.length);
    for (const [i, loss] of plain.lines.entries()) expect(frozen.lines[i]).toBeCloseTo(loss, 4);
    expect(frozen.result.evaluation?.accuracy).toBeCloseTo(plain.result.evaluation?.accuracy ?? 0, 6);
  });

  test("head, then all; resumed bit for bit in each phase and between them", async () => {
    const options = {
      freeze: 1,
      augment: [{ kind: "flip" as const }],
      optimizer: exponentialMovingAverage(sgd({ lr: 0.02, momentum: 0.9 }), { averageDecay: 0.9 }),
    };
    const whole = await run(options);
    expect(whole.changed).toEqual(MODEL.parameters.map(({ name }) => name));
    expect(whole.epochs.map(({ phase }) => phase)).toEqual(["head", "all", "all"]);
    // Within the first phase, at its end, and within the second one.
    for (const steps of [2, 3, 5]) {
      let from: TrainOptions["from"];
      await run({
        ...options,
        callbacks: [
          {
            name: "stopper",
            onStep: ({ step }, training) => {
              if (step === steps - 1) training.stop("for the test");
            },
            onEnd: (_, training) => {
              from = structuredClone(training.checkpoint());
            },
          },
        ],
      });
      // The weights of the checkpoint replace others, also those of the frozen body.
      const resumed = await run({ ...options, ...(from && { from }) }, 2);
      expect(resumed.lines).toEqual(whole.lines.slice(steps));
      expect(resumed.weights).toBe(whole.weights);
    }
  });

  test.each<[Partial<TrainOptions>, string]>([
    [{ freeze: 1, trains: HEAD }, "freeze beside trains"],
    [{ freeze: 1, order: "easy-first" }, "freeze beside order = easy-first"],
    [{ freeze: -1 }, "freeze = -1: expected at least 0"],
    [{ head: HEAD }, "head: it is an option of freeze"],
    [{ freeze: 1, head: /^conv1/ }, "the trained parameters are no head"],
  ])("options in conflict, %#", async (options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });
});

describe("learning rates over depth", () => {
  test("geometric from the first layer to the last, times the factors of given groups, each parameter in one group", () => {
    const model = lenet([1, 28, 28], 10);
    const groups = depthGroups([{ match: "bias$", lrFactor: 2, weightDecay: 0 }], model, 0.01);
    const factors = model.parameters.map(({ name }) => {
      const [first, ...others] = groups.filter(({ match }) => new RegExp(match).test(name));
      expect(others).toEqual([]);
      return [name, first?.lrFactor] as const;
    });
    const layers = [...new Set(model.parameters.map(({ name }) => name.split(".")[0]))];
    for (const [name, factor] of factors) {
      const depth = layers.indexOf(name.split(".")[0]) / (layers.length - 1);
      expect(factor).toBeCloseTo((name.endsWith("bias") ? 2 : 1) * 0.01 ** (1 - depth), 10);
    }
    expect(groups.filter(({ weightDecay }) => weightDecay === 0)).toHaveLength(layers.length);
    expect(depthGroups(groups, model, 1)).toBe(groups);
  });

  const facts = { imageShape: [3, 64, 64], train: { length: 320 }, validation: null } as const;
  const resolve = (given: Omit<GivenConfig, "data">) => resolveConfig(parseConfig({ data: "x", ...given }), facts);

  test("a range of rates is the rate of the last layer, and the ratio of the first one", () => {
    expect(resolve({ lr: "1e-5..1e-3" })).toMatchObject({ lr: 1e-3, lrDepth: 0.01 });
    expect(resolve({ lr: 0.1, lrDepth: 0.5 })).toMatchObject({ lr: 0.1, lrDepth: 0.5 });
    for (const lr of ["1e-3..1e-5", "0..1", "1e-3..", "fast", "1..2..3"]) {
      expect(() => resolve({ lr })).toThrow(`lr = "${lr}"`);
    }
    expect(() => resolve({ lr: "0.1..1", lrDepth: 0.5 })).toThrow("lrDepth = 0.5 beside lr = 0.1..1");
  });

  test("pretrained weights: one epoch of the head, then rates from a hundredth; settings that are given stay", () => {
    const model = lenet([1, 28, 28], 10);
    const tuned = (given: Omit<GivenConfig, "data">, pretrained: string | null = "weights.safetensors") => {
      const { freeze, lrDepth, groups } = withFineTuning(
        { data: "x", ...given },
        { ...resolve(given), pretrained },
        model,
      );
      return [freeze, lrDepth, groups.length];
    };
    expect(tuned({ groups: [] }, null)).toEqual([0, 1, 0]);
    expect(tuned({ optimizer: "adamw" })).toEqual([1, 0.01, 4]);
    expect(tuned({ optimizer: "adamw", epochs: 1 })).toEqual([0, 0.01, 4]);
    expect(tuned({ optimizer: "adamw", freeze: 0, lrDepth: 1 })).toEqual([0, 1, 0]);
    expect(tuned({ optimizer: "adamw", lr: "1e-4..1e-3", freeze: 2 })).toEqual([2, 0.1, 4]);
  });

  test("each phase runs the schedule from its start to its own end", () => {
    const config = { ...resolve({ lr: 1, schedule: "linear", batchSize: 32, epochs: 4, freeze: 1 }) };
    const { lr, clock } = buildRunSchedule(config, 320);
    expect(clock.totalSteps).toBe(40);
    const rates = [0, 5, 10, 25, 40].map((step) => lr(step));
    for (const [i, rate] of [1, 0.5, 1, 0.5, 0].entries()) expect(rates[i]).toBeCloseTo(rate, 10);
    const { lr: ofHead } = buildRunSchedule({ ...config, freeze: "all" }, 320);
    expect(ofHead(20)).toBeCloseTo(0.5, 10);
  });
});
