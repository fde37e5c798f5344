import { fileURLToPath } from "node:url";
import { type DataSet, openDataSet } from "@downhill/images";
import { beforeAll, describe, expect, test } from "vitest";
import { modelNames } from "../src/config/model.ts";
import { buildOptimizer } from "../src/config/optimizer.ts";
import { type DataFacts, resolveConfig } from "../src/config/resolve.ts";
import { planRun } from "../src/config/run-plan.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import { rangeTestOptimizer } from "../src/range-test/optimizer.ts";
import { prepareNetwork, prepareTraining } from "../src/run/prepare.ts";
import { train } from "../src/training/train.ts";

const gray: DataFacts = { imageShape: [1, 28, 28], train: { length: 1000 }, validation: null };
const resolve = (given: Partial<GivenConfig>) => resolveConfig({ data: "x", ...given }, gray);
const planned = (given: Partial<GivenConfig>) => {
  const plan = planRun(resolve(given), { ...gray, test: null });
  const { config, hyperparameters, partnerHyperparameters, lr } = plan;
  return { ...plan, optimizer: buildOptimizer({ ...config, hyperparameters, partnerHyperparameters }, lr) };
};

describe("the settings of a partner", () => {
  test("Muon has AdamW as its partner, in the ratio of their measured rates", () => {
    const { lr, partner, partnerHyperparameters } = resolve({ optimizer: "muon" });
    expect(partner).toBe("adamw");
    expect(partnerHyperparameters).toEqual({ lrFactor: 2e-3 / lr, weightDecay: 0.05 });
    expect(resolve({}).partner).toBe(null);
  });

  test("the schedule, the factor, wrappers and groups reach both", () => {
    const { optimizer } = planned({
      optimizer: "muon",
      partner: "sgd",
      lr: 0.04,
      schedule: "constant",
      partnerHyperparameters: { lrFactor: 3, nesterov: false, momentum: { kind: "linear", base: 0.8 } },
      clipNorm: 1,
      groups: [
        { match: "bias$", lrFactor: 2, dampening: 0.5 },
        { match: "conv2", nsSteps: 4 },
      ],
    });
    expect(optimizer.name).toBe("clipByGlobalNorm(split(hidden: muon, rest: sgd))");
    const [rest] = optimizer.parts.split?.others ?? [];
    const atStart = (value: unknown) => (typeof value === "function" ? value(0) : value);
    expect(atStart(rest?.parts.hyperparameters.lr)).toBeCloseTo(0.12);
    expect(atStart(rest?.parts.hyperparameters.momentum)).toBeCloseTo(0.8);
    const groups = [optimizer.parts, rest?.parts].map((parts) =>
      parts?.groups.map(({ match, ...own }) => Object.entries(own).map(([name, value]) => [name, atStart(value)])),
    );
    expect(groups).toEqual([
      [[["lr", 0.08]], [["nsSteps", 4]]],
      [
        [
          ["lr", 0.24],
          ["dampening", 0.5],
        ],
        [],
      ],
    ]);
  });

  test("a range test scales the rates of all parts by one factor", () => {
    const { optimizer } = planned({ optimizer: "muon", lr: 0.02, partnerHyperparameters: { lrFactor: 0.1 } });
    const rates = Object.assign((step: number) => 10 ** step, { end: 9 });
    const tested = rangeTestOptimizer(optimizer, rates as never, 0);
    const at = (hyperparameters: object, step: number) =>
      (hyperparameters as { lr: (step: number) => number }).lr(step);
    expect(at(tested.parts.hyperparameters, 2)).toBe(100);
    expect(at(tested.parts.split?.others[0]?.parts.hyperparameters ?? {}, 2)).toBeCloseTo(10);
  });

  test.each<[Partial<GivenConfig>, string]>([
    [{ optimizer: "sgd", partner: "adamw" }, "partner: sgd updates all parameters. Expected an optimizer that is for"],
    [{ partnerHyperparameters: { beta1: 0.8 } }, "partnerHyperparameters: sgd updates all parameters"],
    [{ optimizer: "muon", partner: "muon" }, "partner = 'muon': it is not for all parameters either"],
    [{ optimizer: "muon", partner: "adamm" }, "partner = 'adamm': did you mean 'adamw'?"],
    [{ optimizer: "muon", partnerHyperparameters: { lr: 1 } }, "partnerHyperparameters.lr: expected lrFactor"],
    [{ optimizer: "muon", partnerHyperparameters: { lrFactor: -1 } }, "partnerHyperparameters.lrFactor = -1: expected"],
    [{ optimizer: "muon", partnerHyperparameters: { nesterov: true } }, "adamw: unknown hyperparameter 'nesterov'"],
    [{ optimizer: "muon", groups: [{ match: "bias", etaMinus: 1 }] }, "unknown hyperparameter 'etaMinus'"],
  ])("%j is refused", (given, message) => {
    expect(() => planned(given)).toThrow(message);
  });
});

/** Options with which a model is small; images have 28 x 28 pixels. */
const SMALL: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  airbench: { widths: [8, 8] },
  convnext: { widths: [8, 12], depths: [1, 1] },
  lenet: { channels: [4, 8], hidden: 16 },
  mlp: { hidden: [16, 12] },
  resnet: { depth: 8, width: 4 },
  resnet9: { width: 4 },
  vgg: { width: 4 },
  wideResnet: { depth: 10, widening: 1 },
};

/** Networks of millions of parameters: a step of each would take seconds. */
const IMAGENET = ["convnextTiny", "efficientnetB0", "mobilenetV2", "mobilenetV3", "resnet18", "resnet34", "resnet50"];

describe("Muon with its default partner trains every model", () => {
  let data: DataSet;
  beforeAll(async () => {
    const folder = fileURLToPath(new URL("../../graph/test/fixtures/fashion-mnist", import.meta.url));
    data = await openDataSet(folder, { trainLimit: 32, testLimit: 10 });
  });

  test("the table has every model that can be small", () =>
    expect([...Object.keys(SMALL), ...IMAGENET].sort()).toEqual([...modelNames()].sort()));

  test.each(Object.entries(SMALL))("%s", async (model, modelOptions) => {
    const given = { data: "x", model, modelOptions, optimizer: "muon", epochs: 1, batchSize: 16 };
    const plan = planRun(resolveConfig(given, data), data);
    const network = prepareNetwork(plan.config, data);
    const { names } = network.parameters;
    const copies = (): Float32Array[] => names.map((name) => network.parameters.value(name).slice());
    const before = copies();
    const { optimizer, batchSize } = prepareTraining(plan, network);
    const { evaluation } = await train({ network, data, optimizer, batchSize, epochs: 1, tune: false });
    expect(evaluation?.loss).toBeLessThan(10);
    expect(names.filter((_, i) => copies()[i]?.every((x, element) => x === before[i]?.[element]))).toEqual([]);
  });
});
