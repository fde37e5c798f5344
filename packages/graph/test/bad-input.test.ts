import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  compile,
  compileTrainingStep,
  createNetwork,
  defineModel,
  GraphError,
  gradients,
  initializers,
  input,
  layers,
  ops,
} from "../src/index.ts";

const x = input("x", [2, 3]);

/** Returns the error that is thrown, or that a promise is rejected with. */
const thrownBy = (act: () => unknown): Promise<Error> =>
  Promise.resolve()
    .then(act)
    .then(
      () => Promise.reject(new Error("nothing was thrown")),
      (reason) => reason,
    );

describe("errors of differentiating and compiling contain the line of the caller", () => {
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "the gradient of many numbers",
      () => gradients(x, [x]),
      "gradients: y is a tensor [2, 3]. Expected a single number, such as its sum or mean.",
    ],
    [
      "a result that does not depend on an input",
      () => gradients(ops.sum(x), [x, input("w", [4])]),
      "gradients: y does not depend on 'w' [4]. Use it, or leave it out.",
    ],
    [
      "a result that does not depend on a tensor",
      () => gradients(ops.sum(x), [ops.relu(x)]),
      "gradients: y does not depend on the result of relu [2, 3]",
    ],
    [
      "a result that depends on it through an op without a gradient",
      () => gradients(ops.sum(ops.sign(x)), [x]),
      "gradients: y does not depend on 'x' [2, 3]",
    ],
    [
      "no thread",
      () => compile({ y: x }, { threads: 0 }),
      "compile: threads = 0. Expected a whole number from 1 to 1024",
    ],
    ["half a thread", () => compile({ y: x }, { threads: 1.5 }), "compile: threads = 1.5. Expected a whole number"],
    ["a million threads", () => compile({ y: x }, { threads: 1e6 }), "compile: threads = 1000000. Expected a whole"],
  ];
  test.each(rows)("%s", async (_, act, message) => {
    const error = await thrownBy(act);
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/ \(at \S*bad-input\.test\.ts:\d+:\d+\)$/);
  });

  test("a model with a parameter that its loss does not depend on", async () => {
    const model = defineModel("idle", [1, 2, 2], 3, (scope, images) => {
      scope.parameter("unused", [5], initializers.zeros);
      return layers.dense(scope, "classifier", ops.flatten(images), 3);
    });
    const error = await thrownBy(() => compileTrainingStep(createNetwork(model), { batchSize: 2 }));
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toContain(
      "idle: the loss does not depend on 'unused'. Use each trained parameter in the loss,",
    );
  });
});

describe("a batch size that cannot be compiled", () => {
  /** Batch sizes for which a graph was built. */
  const made: number[] = [];
  const model = defineModel("picky", [1, 2, 2], 3, (scope, images) => {
    const batch = images.shape[0] as number;
    made.push(batch);
    if (batch === 3) throw new GraphError("picky: three is too many");
    return layers.dense(scope, "classifier", ops.flatten(images), 3);
  });
  const run = (step: Awaited<ReturnType<typeof compileTrainingStep>>, batch: number) =>
    step.run(new Float32Array(4 * batch).fill(0.5), new Int32Array(batch));

  test("does not affect other batch sizes", async () => {
    const step = await compileTrainingStep(createNetwork(model), { batchSize: 2 });
    const before = await run(step, 2);
    await expect(run(step, 3)).rejects.toThrow("picky: three is too many");
    await expect(run(step, 3)).rejects.toThrow("picky: three is too many");
    expect(await run(step, 2)).toEqual(before);
    await step.dispose();
  });

  test("a valid one is compiled once, even by two concurrent calls", async () => {
    const step = await compileTrainingStep(createNetwork(model), { batchSize: 2 });
    const count = made.length;
    await Promise.all([run(step, 4), run(step, 4)]);
    expect(made.slice(count)).toEqual([4]);
    await step.dispose();
  });
});

test("a failed compilation leaves nothing running and no memory allocated", () => {
  const script = fileURLToPath(new URL("./failed-compiles.mjs", import.meta.url));
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [script], {
    encoding: "utf8",
    // The process would not end while something still runs.
    timeout: 50_000,
  });
  // Without a GPU, WebGPU itself prints a warning.
  expect({ status, signal }, stderr).toEqual({ status: 0, signal: null });
  const lines = stdout.trim().split("\n");
  expect(lines.slice(0, -1)).toEqual(Array(6).fill("GraphError"));
  expect(Number(lines.at(-1))).toBeLessThan(24 * 2 ** 20);
}, 180_000);
