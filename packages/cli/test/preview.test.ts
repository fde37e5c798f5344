import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cosine, increaseBatchInsteadOfDecay, multiStep, oneCycle } from "@downhill/optim";
import { describe, expect, test, vi } from "vitest";
import { previewSchedules, thinned } from "../src/training/schedule-preview.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
const json = async (...args: string[]) => JSON.parse((await inProcess(folder, ["preview", ...args, "--json"])).stdout);

describe("preview", () => {
  test("draws rate and momentum of a cycle over the run, in words too", async () => {
    const { status, stdout, stderr } = await inProcess(folder, ["preview", "--images", "1000", "--batch-size", "100"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "learning rate: 0.004 at first, 4e-7 at last, maximum 0.1 (step 29)",
    );
    expect(stdout).toMatch(/^momentum: 0\.95 at first/m);
    expect(stdout).toContain("99: 10 epochs");
  });

  test("is the schedule that a run would have", async () => {
    const args = ["--images", "1000", "--batch-size", "64", "--epochs", "3", "--base", "0.2"];
    const { curve, steps, epochEnds, of } = await json("cosine", ...args);
    expect({ steps, epochEnds, of }).toEqual({ steps: 48, epochEnds: [16, 32, 48], of: ["lr"] });
    const schedule = cosine({ base: 0.2, tMax: 48 });
    expect(curve.lr).toEqual(Array.from({ length: 48 }, (_, step) => schedule(step)));
    expect(curve.epoch[16]).toBe(1);
    const warm = (await json("cosine", ...args, "--warmup", "1")).curve.lr;
    expect(warm[0]).toBe(0);
    expect(warm[16]).toBe(0.2);
    const weightDecay = (await json('{"kind":"linear","endFactor":0.5}', ...args, "--of", "weight-decay")).curve
      .weightDecay;
    expect(weightDecay[0]).toBe(0.2);
    expect((await json("step", ...args, "--set", "stepSize=10", "--set", "gamma=0.5")).curve.lr.slice(9, 11)).toEqual([
      0.2, 0.1,
    ]);
  });

  test("batch sizes change at epochs, which then have fewer steps", async () => {
    const args = ["--of", "batch-size", "--base", "50", "--set", "stepSize=1", "--set", "gamma=2", "--epochs", "3"];
    const { curve, epochEnds, steps } = await json("step", ...args, "--images", "1000");
    expect(epochEnds).toEqual([20, 30, 40]);
    expect(steps).toBe(40);
    // At most a tenth of the images.
    expect([0, 19, 20, 29, 30, 39].map((step) => curve.batchSize[step])).toEqual([50, 50, 100, 100, 100, 100]);
    expect((await json("step", ...args, "--images", "1000", "--largest-batch", "200")).epochEnds).toEqual([20, 30, 35]);
  });

  test("a growing batch in the place of a falling rate", async () => {
    const set = ["--set", "unit=epochs", "--set", "milestones=[6,12]", "--set", "gamma=0.2"];
    const args = ["multi-step", "--increase-batch-instead-of-decay", "--epochs", "18", "--images", "5000", ...set];
    const { curve, of, steps, epochEnds } = await json(...args, "--batch-size", "32");
    const { batchSize, lr } = increaseBatchInsteadOfDecay(multiStep({ base: 0.1, milestones: [6, 12], gamma: 0.2 }), {
      batchSize: 32,
      trainSize: 5000,
      epochs: 18,
    });
    expect(of).toEqual(["lr", "batchSize"]);
    expect([...new Set(curve.batchSize)]).toEqual([32, 160, 500]);
    expect([0, epochEnds[5], epochEnds[11]].map((step) => curve.batchSize[curve.step.indexOf(step)])).toEqual(
      [0, 6, 12].map(batchSize),
    );
    expect(curve.lr.at(-1)).toBeCloseTo(lr(17), 12);
    // 157 steps an epoch, then 32, then 10.
    expect(steps).toBe(6 * (157 + 32 + 10));
    const { stdout } = await inProcess(folder, ["preview", ...args, "--batch-size", "32"]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("1,194 updates, instead of 2,826");
  });

  test("fractions of epochs fall on their exact step", async () => {
    const args = ['{"kind":"step","stepSize":10,"gamma":0.5}', "--warmup", "0.55", "--epochs", "2"];
    const { curve } = await json(...args, "--images", "6400", "--batch-size", "64");
    expect([64, 65].map((step) => curve.lr[curve.step.indexOf(step)])).toEqual([0.1, 0.05]);
  });

  test("what a schedule cannot do in a run of this length is noted", async () => {
    const args = ['{"kind":"oneCycle","totalSteps":3}', "--images", "100", "--batch-size", "10", "--epochs", "1"];
    const text = "schedule: oneCycle ends at step 2 of 10 and holds its last value for the remaining 7 steps.";
    expect((await inProcess(folder, ["preview", ...args])).stdout.replaceAll(/\s+/g, " ")).toContain(`Note: ${text}`);
    expect((await json(...args)).findings).toMatchObject([
      { code: "ends-early", key: "schedule", text: expect.stringContaining(text) },
    ]);
  });

  test("--out leaves it as JSON, SVG and PNG, and writes over nothing", async () => {
    const args = ["preview", "linear", "--images", "640", "--out", "drawn"];
    expect((await inProcess(folder, args)).stdout).toContain("files  drawn/preview.json\n       drawn/preview.svg\n");
    expect(readdirSync(join(folder, "drawn")).sort()).toEqual(["preview.json", "preview.png", "preview.svg"]);
    expect(readFileSync(join(folder, "drawn", "preview.svg"), "utf8")).toContain("Learning rate");
    const again = await inProcess(folder, args);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("--out drawn: it is not empty");
  });

  test.each<[args: string[], message: string]>([
    [["cosin"], "schedule = 'cosin': did you mean 'cosine'?"],
    [["plateau"], "plateau: its values depend on the losses of a run"],
    [["{cosine"], "{cosine: expected a schedule as JSON"],
    [["cosine", "--set", "tmax=3"], "unknown argument 'tmax'"],
    [["cosine", "--base", "0"], "--base 0: expected a number above 0"],
    [["cosine", "--epochs", "1.5"], "--epochs 1.5: expected a whole number of at least 1"],
    [["cosine", "--images", "10"], "--batch-size 64: expected at most 10, the training images"],
    [["constant", "--of", "batch-size", "--base", "6000"], "a tenth of trainSize is 5000"],
    [["cosine", "--of", "momentum", "--increase-batch-instead-of-decay"], "expected a schedule of the rate, --of lr"],
    [["oneCycle", "--increase-batch-instead-of-decay"], "the schedule 'oneCycle' rises. Expected one that only falls"],
    [["cosine", "--largest-batch", "100"], "--largest-batch 100: expected a batch size that changes"],
    [
      ["step", "--of", "batch-size", "--warmup", "1"],
      "--warmup 1 --of batch-size: only the learning rate has a warmup",
    ],
    [["cosine", "--of", "beta"], "--of beta: expected one of lr, momentum, weight-decay, batch-size"],
  ])("refuses %j with status 2", async (args, message) => {
    const { status, stdout, stderr } = await inProcess(folder, ["preview", ...args, "--out", "never"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});

test("a long schedule is previewed at some steps, the first and the last among them", () => {
  const lr = oneCycle({ maxLr: 1, totalSteps: 10_000 });
  const course = previewSchedules(
    { description: lr.description, values: { lr }, batchSize: 1 },
    { epochs: 2, images: 5000 },
  );
  const { step, epoch, lr: values } = thinned(course) as { step: number[]; epoch: number[]; lr: number[] };
  expect(step).toHaveLength(1000);
  expect([step[0], step.at(-1)]).toEqual([0, 9999]);
  expect(values).toEqual(step.map(lr));
  expect(epoch).toEqual(step.map((at) => (at < 5000 ? 0 : 1)));
});
