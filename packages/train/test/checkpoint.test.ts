import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileTrainingStep,
  createNetwork,
  defineModel,
  layers,
  type Network,
  ops,
  type TrainingStep,
} from "@downhill/graph";
import { imageSet } from "@downhill/images";
import {
  accumulateGradients,
  adam,
  clipByGlobalNorm,
  earlyStopping,
  exponentialMovingAverage,
  gradientNoise,
  lbfgs,
  lookahead,
  type Optimizer,
  Parameters,
  plateau,
  scheduleFreeAdamw,
  sgd,
  sharpnessAware,
} from "@downhill/optim";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../src/checkpoints/checkpoint.ts";
import { readSafetensors, writeSafetensors } from "../src/checkpoints/safetensors.ts";
import { sealSafetensors } from "../src/checkpoints/sealed-safetensors.ts";
import { TrainError } from "../src/error.ts";
import type { Callback } from "../src/training/callback.ts";
import { type Checkpoint, copyWeights, setWeights } from "../src/training/checkpoint.ts";
import { train } from "../src/training/train.ts";
import { batchOf, smallModel } from "./own-loop.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-checkpoint-"));
afterAll(() => rmSync(root, { recursive: true }));
const file = join(root, "run.ckpt");
const network = createNetwork(smallModel(), { seed: 1 });
const initial = copyWeights(network);
let step: TrainingStep;
beforeAll(async () => {
  step = await compileTrainingStep(network, { batchSize: 4, seed: 3 });
});
afterAll(() => step.dispose());
beforeEach(() => {
  rmSync(file, { recursive: true, force: true });
  setWeights(network, initial);
});

describe("a loop of one's own resumes bit for bit", () => {
  const momentum = (): Optimizer => sgd({ lr: 0.05, momentum: 0.9, nesterov: true });
  const rows: Record<string, () => Optimizer> = {
    "sgd with momentum": momentum,
    "adam with a schedule": () => adam({ lr: (step) => 0.01 / (1 + step) }),
    "accumulated gradients, in the middle of an update": () =>
      accumulateGradients(clipByGlobalNorm(momentum()), { microSteps: 3 }),
    "an average of the weights": () => exponentialMovingAverage(adam({ lr: 0.01 }), { averageDecay: 0.9 }),
    lookahead: () => lookahead(momentum(), { syncPeriod: 3 }),
    "gradient noise": () => gradientNoise(momentum()),
    "a schedule-free optimizer": () => scheduleFreeAdamw({ lr: 0.02 }),
  };

  test.each(Object.entries(rows))("%s", async (_, make) => {
    const loop = async (from: number, updater: ReturnType<Optimizer["bind"]>, save?: number) => {
      for (let i = from; i < 8; i++) {
        if (i === save) await writeCheckpoint(file, { network, updater, extra: { next: i } });
        const { images, labels } = batchOf(i);
        await step.run(images, labels, { step: i });
        updater.step();
      }
      const result = {
        weights: copyWeights(network),
        state: updater.state(),
        evaluated: updater.withEvaluationWeights(() => copyWeights(network)),
      };
      updater.dispose();
      return result;
    };
    const whole = await loop(0, make().bind(network.parameters, { seed: 5 }), 4);
    for (const { name } of network.model.parameters) network.parameters.value(name).fill(0);
    const updater = make().bind(network.parameters);
    const { extra } = await readCheckpoint<{ next: number }>(file, { network, updater });
    expect(await loop(extra.next, updater)).toEqual(whole);
  });

  test("with a plateau and early stopping, which have seen infinite and equal losses", async () => {
    const make = () => {
      const lr = plateau({ base: 0.1, patience: 1 });
      return { lr, stopping: earlyStopping({ patience: 3 }), updater: adam({ lr }).bind(network.parameters) };
    };
    const observe = ({ lr, stopping }: ReturnType<typeof make>, losses: number[]): void => {
      for (const loss of losses) {
        lr.observe(loss);
        stopping.observe(loss);
      }
    };
    const before = make();
    observe(before, [Number.POSITIVE_INFINITY, 1, 1, 1]);
    const { updater, lr, stopping } = before;
    await writeCheckpoint(file, { network, updater, controllers: { lr, stopping } });
    const after = make();
    await readCheckpoint(file, {
      network,
      updater: after.updater,
      controllers: { stopping: after.stopping, lr: after.lr },
    });
    observe(before, [1, 1]);
    observe(after, [1, 1]);
    expect([after.lr.state(), after.stopping.state()]).toEqual([lr.state(), stopping.state()]);
    expect(after.lr(0)).toBe(lr(0));
    updater.dispose();
    after.updater.dispose();
  });
});

test("two networks and two updaters by name, with equal names of tensors", async () => {
  const make = (seed: number) => {
    const networks = {
      generator: createNetwork(smallModel("g"), { seed }),
      critic: createNetwork(smallModel("c", 2), { seed: seed + 1 }),
    };
    const updaters = {
      generator: adam({ lr: 0.1 }).bind(networks.generator.parameters),
      critic: sgd({ lr: 0.1, momentum: 0.9 }).bind(networks.critic.parameters),
    };
    for (const name of ["generator", "critic"] as const) {
      networks[name].parameters.gradients.fill(seed);
      updaters[name].step();
    }
    return { network: networks, updater: updaters };
  };
  const [one, two] = [make(1), make(7)];
  await writeCheckpoint(file, one);
  await readCheckpoint(file, two);
  for (const name of ["generator", "critic"] as const) {
    expect(copyWeights(two.network[name])).toEqual(copyWeights(one.network[name]));
    expect(two.updater[name].state()).toEqual(one.updater[name].state());
  }
  await expect(readCheckpoint(file, { network: two.network.generator })).rejects.toThrow(
    "run.ckpt: the checkpoint has network 'generator', 'critic', and one network without a name is to be restored.",
  );
});

test("updaters of other kinds: L-BFGS, whose state is float64, and SAM", async () => {
  const parameters = (): Parameters => {
    const made = new Parameters([["w", [3]]]);
    made.value("w").set([1, -2, 3]);
    return made;
  };
  const closureOf = (made: Parameters) => () => {
    made.gradient("w").set(made.value("w").map((w, i) => (i + 1) * w ** 3));
    return made.value("w").reduce((sum, w, i) => sum + ((i + 1) * w ** 4) / 4, 0);
  };
  const [a, b] = [parameters(), parameters()];
  const make = (of: Parameters) => ({
    lbfgs: lbfgs({ lr: 0.1, maxIter: 2 }).bind(of),
    sam: sharpnessAware(adam({ lr: 0.1 })).bind(of),
  });
  const [before, after] = [make(a), make(b)];
  for (let i = 0; i < 3; i++) {
    before.lbfgs.step(closureOf(a));
    before.sam.step(closureOf(a));
  }
  await writeCheckpoint(file, { updater: before, extra: { weights: a.value("w") } });
  const { extra } = await readCheckpoint<{ weights: Float32Array }>(file, { updater: after });
  b.value("w").set(extra.weights);
  for (const [one, of] of [
    [before, a],
    [after, b],
  ] as const) {
    one.lbfgs.step(closureOf(of));
    one.sam.step(closureOf(of));
  }
  expect(b.value("w")).toEqual(a.value("w"));
});

test("extra data return exactly, and data that are not plain are refused with their place", async () => {
  const extra = {
    list: [1, -0, Number.NaN, Number.NEGATIVE_INFINITY, null, "x", true],
    $: { "a/b": Int32Array.of(1, 2), a: { b: BigInt64Array.of(-5n) } },
    empty: new Float64Array(0),
  };
  await writeCheckpoint(file, { extra });
  expect((await readCheckpoint(file)).extra).toEqual(extra);
  await writeCheckpoint(file, {});
  expect(await readCheckpoint(file)).toEqual({ extra: undefined });
  const loop: { self?: unknown } = {};
  loop.self = loop;
  for (const [bad, problem] of [
    [{ a: [new Date(0)] }, "extra/a/0: an object of type Date cannot be stored. Expected numbers"],
    [{ f: () => 1 }, "extra/f: a value of type function cannot be stored"],
    [new Map(), "extra: an object of type Map cannot be stored"],
    [{ a: [undefined] }, "extra/a/0: a value of type undefined cannot be stored"],
    [loop, "an object that contains itself or has too many levels cannot be stored"],
  ] as const) {
    await expect(writeCheckpoint(file, { extra: bad })).rejects.toThrow(problem);
  }
});

test("a body that was frozen starts anew, and the trained layer keeps its state", async () => {
  const before = adam({}, { groups: [{ match: /^(conv|norm)/, frozen: true }] }).bind(network.parameters);
  before.step();
  await writeCheckpoint(file, { updater: before });
  const after = adam().bind(network.parameters);
  await expect(readCheckpoint(file, { updater: after })).rejects.toThrow("it has no state of tensor 'conv.weight'");
  await readCheckpoint(file, { updater: after }, { missing: "fresh" });
  expect(after.state().tensors["conv.weight"]?.values.t).toBe(0);
  await writeCheckpoint(file, { updater: after });
  await readCheckpoint(file, { updater: after });
  expect(after.state().tensors["conv.weight"]?.values.t).toBe(0);
});

test("a training of train resumes from a checkpoint that a callback returned", async () => {
  const images = Uint8Array.from({ length: 30 * 36 }, (_, i) => (i * 37) % 251);
  const data = {
    train: imageSet({ images, labels: Array.from({ length: 30 }, (_, i) => i % 3), imageShape: [1, 6, 6] }),
  };
  const options = { network, data, optimizer: adam({ lr: 0.01 }), epochs: 2, batchSize: 8, seed: 4 };
  const saver: Callback = {
    name: "saver",
    onStep: ({ step }, training) =>
      step === 2 ? writeCheckpoint(file, { extra: training.checkpoint() }) : Promise.resolve(),
  };
  const whole = await train({ ...options, callbacks: [saver] });
  const other = createNetwork(smallModel(), { seed: 8 });
  const { extra } = await readCheckpoint<Checkpoint>(file);
  expect(extra.position.step).toBe(3);
  const resumed = await train({ ...options, network: other, from: extra });
  expect(resumed.weights).toEqual(whole.weights);
});

describe("a checkpoint that does not fit changes nothing", () => {
  const fresh = () => {
    const made = createNetwork(smallModel(), { seed: 9 });
    return {
      network: made,
      updater: adam({ lr: 0.1 }).bind(made.parameters),
      controllers: { lr: plateau({ base: 0.1 }) },
    };
  };
  const rows: Record<string, [parts: () => object, problem: string]> = {
    "a network of another shape": [
      () => ({ ...fresh(), network: createNetwork(smallModel("other", 5)) }),
      "run.ckpt: the network does not fit the model 'other': 'fc.weight' is [3, 64] instead of [5, 64], 'fc.bias' is [3] instead of [5].",
    ],
    "a network with other tensors": [
      () => ({
        network: createNetwork(
          defineModel("dense", [1, 6, 6], 3, (scope, x) => layers.dense(scope, "last", ops.flatten(x), 3)),
        ),
      }),
      "it lacks 'last.weight', 'last.bias'; it has the unknown 'conv.weight', 'norm.weight', 'norm.bias', 'fc.weight', 'fc.bias' and 2 more.",
    ],
    "another optimizer": [
      () => ({ ...fresh(), updater: sgd({ lr: 0.1 }).bind(fresh().network.parameters) }),
      "run.ckpt: the updater differs: the saved state does not fit: it was saved by 'adam', and this is 'sgd'",
    ],
    "another controller": [
      () => ({ ...fresh(), controllers: { lr: earlyStopping() } }),
      "run.ckpt: the controller 'lr' differs: earlyStopping: best",
    ],
    "controllers of other names": [
      () => ({ ...fresh(), controllers: { rate: plateau({ base: 0.1 }) } }),
      "run.ckpt: the checkpoint has controller 'lr', and controller 'rate' is to be restored. Pass the same as to writeCheckpoint.",
    ],
  };
  test.each(Object.entries(rows))("%s", async (_, [make, problem]) => {
    const saved = fresh();
    saved.network.parameters.gradients.fill(1);
    saved.updater.step();
    saved.controllers.lr.observe(1);
    await writeCheckpoint(file, saved);
    const parts = make() as { network: Network; updater?: ReturnType<Optimizer["bind"]> };
    const before = [copyWeights(parts.network), parts.updater?.state()];
    await expect(readCheckpoint(file, parts)).rejects.toThrow(TrainError);
    await expect(readCheckpoint(file, parts)).rejects.toThrow(problem);
    expect([copyWeights(parts.network), parts.updater?.state()]).toEqual(before);
  });
});

test("parts of another type or name are refused, so that nothing is left out", async () => {
  const rows: [parts: unknown, problem: string][] = [
    [
      { network, updaters: 1 },
      "unknown part 'updaters' of a checkpoint: expected network, updater, controllers or extra.",
    ],
    [{ network: network.model }, "network.name: expected a network of createNetwork, or several by name."],
    [{ network: { a: network, b: null } }, "network.b: expected a network of createNetwork"],
    [{ network: null }, "network: expected a network"],
    [{ updater: adam() }, "updater.parts: expected an updater, such as adam().bind(network.parameters)"],
    [{ updater: 5 }, "updater: expected an updater"],
    [{ controllers: { lr: 0.1 } }, "controllers.lr: expected an object with state() and restore(state)"],
  ];
  for (const [parts, problem] of rows) {
    await expect(writeCheckpoint(file, parts as never)).rejects.toThrow(problem);
    await expect(writeCheckpoint(file, parts as never)).rejects.toThrow(TrainError);
  }
  expect(existsSync(file)).toBe(false);
});

describe("files that are no checkpoint", () => {
  const bytes = async (): Promise<Buffer> => {
    await writeCheckpoint(file, { network, extra: { next: 1 } });
    return readFileSync(file);
  };

  test("one that is cut anywhere, or with a changed byte, is refused", async () => {
    const whole = await bytes();
    for (let length = 0; length < whole.length; length += 97) {
      writeFileSync(file, whole.subarray(0, length));
      await expect(readCheckpoint(file)).rejects.toThrow(
        /run\.ckpt: .*Expected a complete file in the safetensors format/,
      );
    }
    for (let at = 0; at < whole.length; at += 41) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 0x15;
      writeFileSync(file, changed);
      await expect(readCheckpoint(file, { network })).rejects.toThrow(TrainError);
    }
    expect(copyWeights(network)).toEqual(initial);
  });

  test("a version of a newer release, weights alone and a missing file", async () => {
    const { tensors, metadata } = readSafetensors(await bytes(), file);
    writeFileSync(file, Buffer.concat(writeSafetensors(tensors, { ...metadata, version: "2" })));
    await expect(readCheckpoint(file)).rejects.toThrow(
      "run.ckpt: its version is 2, and this release reads version 1. Read it with a newer release.",
    );
    for (const wrong of [{}, { format: "downhill-checkpoint", version: "1", contents: "{" }]) {
      writeFileSync(file, Buffer.concat(writeSafetensors(tensors, wrong as Record<string, string>)));
      await expect(readCheckpoint(file)).rejects.toThrow(
        /run\.ckpt: its contents are not|run\.ckpt: it is not a checkpoint/,
      );
    }
    await expect(readCheckpoint(join(root, "none.ckpt"))).rejects.toThrow(
      "none.ckpt: there is no such file or folder. Check the path.",
    );
  });

  test("contents that were made up are refused, also with a valid hash", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const rows = [
      '{"$":"entries","entries":5}',
      '{"$":"entries","entries":[null]}',
      deep,
      '{"$":"number","value":"x"}',
    ];
    for (const extra of rows) {
      const contents = `{"network":{},"updater":{},"controllers":{},"extra":${extra}}`;
      writeFileSync(
        file,
        Buffer.concat(sealSafetensors({}, { format: "downhill-checkpoint", version: "1", contents })),
      );
      if (extra.includes("number")) expect((await readCheckpoint(file)).extra).toBeNaN();
      else await expect(readCheckpoint(file)).rejects.toThrow(TrainError);
    }
  });

  test("a place that cannot be written keeps its file and leaves no other", async () => {
    const place = join(root, "place");
    mkdirSync(join(place, "folder.ckpt"), { recursive: true });
    await expect(writeCheckpoint(join(place, "folder.ckpt"), { network })).rejects.toThrow(
      "it is a folder, not a file",
    );
    await expect(writeCheckpoint(join(place, "none", "a.ckpt"), { network })).rejects.toThrow(
      `a.ckpt: there is no folder '${join(place, "none")}'. Create it, or choose another file.`,
    );
    expect(readdirSync(place)).toEqual(["folder.ckpt"]);
    expect(existsSync(join(place, "none"))).toBe(false);
  });

  test("during an evaluation with averaged weights there is no checkpoint", async () => {
    const updater = exponentialMovingAverage(adam({ lr: 0.1 })).bind(network.parameters);
    updater.step();
    await updater.withEvaluationWeights(async () => {
      await expect(writeCheckpoint(file, { network, updater })).rejects.toThrow("withEvaluationWeights");
    });
    expect(existsSync(file)).toBe(false);
  });
});
