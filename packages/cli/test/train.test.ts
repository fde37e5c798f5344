import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { downhill, start, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"));
const SMALL = ["train", "digits", "--model", "mlp", "--epochs", "2", "--batch-size", "20", "--threads", "1"];
const config = (run: string) => JSON.parse(readFileSync(join(folder, run, "run.json"), "utf8")).config;
const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("the output of a training", () => {
  test("results on the standard output, a line an epoch on standard error, and no escapes in a pipe", () => {
    const { status, stdout, stderr } = downhill(folder, [...SMALL, "--out", "runs/plain"]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    expect(`${stdout}${stderr}`).not.toContain("\u001B");
    expect(stderr).toMatch(
      /^mlp, [\d,]+ parameters, on digits: 120 training and 40 test images of 28x28, gray, 3 classes: 0, 1, 2$/m,
    );
    expect(stderr).toMatch(/lr 0\.\d+ \(/);
    expect(lines(stderr).filter((line) => line.startsWith("epoch "))).toEqual([
      expect.stringMatching(/^epoch 1\/2 {2}train loss \S+, acc \S+ % {2}test loss \S+, acc \S+ % {2}.* img\/s/),
      expect.stringMatching(/^epoch 2\/2 /),
    ]);
    const printed = lines(stdout);
    expect(printed[0]).toMatch(/^test accuracy \d+\.\d\d % \(95 % interval .* 40 images\), loss/);
    expect(printed.slice(2)).toEqual([
      "run     runs/plain",
      "report  runs/plain/report.html",
      "model   runs/plain/model.onnx",
      expect.stringMatching(/^next {4}downhill evaluate runs\/plain .*digits$/),
    ]);
    expect(existsSync(join(folder, "runs/plain/report.html"))).toBe(true);
  });

  const SHORT = ["train", "sample", "--train-limit", "500", "--test-limit", "100", "--epochs", "1", "--threads", "1"];
  test.each<[optimizer: string, settings: RegExp]>([
    [
      "sgd",
      /^SGD with cycled momentum, Nesterov and weight decay 5e-4 \(the recipe for such images\), oneCycle with lr 0\.1 /m,
    ],
    [
      "adamw",
      /^AdamW with weight decay 0\.05 \(the default for adamw\), oneCycle with lr 0\.002 \(the default for adamw/m,
    ],
    ["lion", /^Lion with weight decay 0\.15 \(the default for lion\), oneCycle/m],
    [
      "schedule-free-sgd",
      /^Schedule-free SGD with weight decay 5e-4 \(the default for scheduleFreeSgd\), constant with lr 0\.3/m,
    ],
    ["lars", /^LARS with weight decay 5e-4 /m],
    ["prodigy", /^Prodigy with .*0\.001 \(the default for prodigy\), oneCycle with lr 1 /m],
  ])("--optimizer %s trains in eight steps, and its settings are printed", async (optimizer, settings) => {
    const run = `runs/with-${optimizer}`;
    const { status, stderr, stdout } = await inProcess(folder, [...SHORT, "--optimizer", optimizer, "--out", run]);
    expect({ status }, stderr).toEqual({ status: 0 });
    expect(stderr).toMatch(settings);
    // Chance is 10 %.
    expect(Number(/^test accuracy (\d+\.\d+) %/m.exec(stdout)?.[1])).toBeGreaterThan(25);
  });

  test("naming the optimizer of the recipe is the same run, bit for bit", async () => {
    const { status, stderr } = await inProcess(folder, [...SHORT, "--out", "runs/without-optimizer"]);
    expect({ status }, stderr).toEqual({ status: 0 });
    for (const file of ["metrics.ndjson", "model.onnx"]) {
      const [named, plain] = ["with-sgd", "without-optimizer"].map((run) =>
        readFileSync(join(folder, "runs", run, file)),
      );
      expect(named?.equals(plain as Buffer)).toBe(true);
    }
    expect(config("runs/with-sgd")).toEqual(config("runs/without-optimizer"));
  });

  test("the accuracy is the exported model's; that with test-time augmentation stands beside it by name", async () => {
    const flag = ["--test-time-augmentation", "flip"];
    const { stdout } = await inProcess(folder, [...SMALL, "--epochs", "1", "--out", "runs/views", ...flag]);
    const result = JSON.parse(readFileSync(join(folder, "runs/views/result.json"), "utf8"));
    const evaluated = async (...more: string[]) =>
      JSON.parse((await inProcess(folder, ["evaluate", "runs/views", "digits", "--json", ...more])).stdout);
    const { accuracy, loss, augmented: figures } = result;
    // Other batches round differently.
    const close = (value: number) => expect.closeTo(value, 4);
    expect(await evaluated()).toMatchObject({ testTimeAugmentation: "none", accuracy, loss: close(loss) });
    const { views } = figures;
    expect(await evaluated(...flag)).toMatchObject({
      testTimeAugmentation: views,
      accuracy: figures.accuracy,
      loss: close(figures.loss),
    });
    expect(figures.loss).not.toBeCloseTo(loss, 4);
    expect(lines(stdout)[1]).toBe(
      `with test-time augmentation (flip) ${(100 * figures.accuracy).toFixed(2)} %, loss ${figures.loss.toFixed(3)}`,
    );
    expect((await inProcess(folder, ["evaluate", "runs/views", "digits", ...flag])).stdout).toMatch(
      /^test accuracy with test-time augmentation \(flip\) \d/,
    );
    expect((await inProcess(folder, ["runs", "show", "runs/views"])).stdout).toContain(
      "with test-time augmentation (flip)",
    );
  });

  test("what to try next is called as the command was: by npx, where npm start or npx did", () => {
    const { stdout } = downhill(folder, [...SMALL, "--quiet"], { npm_command: "start" });
    expect(stdout).toMatch(/^next {4}npx downhill evaluate /m);
  });

  test("--json: events while it runs, and at last one object with the result", async () => {
    const { status, stdout, stderr } = await inProcess(folder, [...SMALL, "--seed", "7", "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const events = lines(stdout).map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(["start", "step", "epoch", "result"]));
    const last = events.at(-1);
    expect(last).toMatchObject({
      event: "result",
      status: "finished",
      part: "test",
      epochs: 2,
      steps: 12,
      seed: 7,
      accuracy: expect.any(Number),
      loss: expect.any(Number),
      seconds: expect.any(Number),
      imagesPerSecond: expect.any(Number),
    });
    expect(last.accuracy).toBeGreaterThanOrEqual(0);
    expect(last.accuracy).toBeLessThanOrEqual(1);
    expect(existsSync(join(folder, last.run, "result.json"))).toBe(true);
    expect(last.run).toMatch(/^runs\/\d{4}-\d\d-\d\d-\d{4}-digits-mlp/);
  });

  test("before the first step, settings that do not fit the length of the run; run.json has them", async () => {
    const cycle = ["--schedule", '{"kind":"oneCycle","totalSteps":3}', "--lr", "0.1"];
    const { status, stderr } = await inProcess(folder, [...SMALL, ...cycle, "--out", "runs/short"]);
    const text =
      "schedule: oneCycle ends at step 2 of 12 and holds its last value for the remaining 9 steps. Omit the lengths, which then fit the run.";
    expect(status).toBe(0);
    expect(stderr.indexOf(`Note: ${text}\n`)).toBeGreaterThanOrEqual(0);
    expect(stderr.indexOf(`Note: ${text}\n`)).toBeLessThan(stderr.indexOf("epoch 1/2"));
    const { findings } = JSON.parse(readFileSync(join(folder, "runs/short", "run.json"), "utf8"));
    expect(findings).toMatchObject([{ code: "ends-early", key: "schedule", text, remedies: [{}] }]);
    expect(readFileSync(join(folder, "runs/short", "report.html"), "utf8")).toContain(
      text.replace("schedule", "Schedule"),
    );
  });

  test("a changing batch size is printed with each epoch, its noise scale and the updates so far", async () => {
    const growing = [
      "train",
      "sample",
      "--model",
      "mlp",
      "--train-limit",
      "600",
      "--test-limit",
      "50",
      "--threads",
      "1",
    ];
    const rate = ["--schedule", '{"kind":"step","unit":"epochs","stepSize":1,"gamma":0.5}', "--lr", "0.1"];
    const args = [...growing, ...rate, "--epochs", "3", "--batch-size", "20", "--increase-batch-instead-of-decay"];
    const { status, stderr } = await inProcess(folder, [...args, "--momentum", "0.9", "--out", "runs/growing"]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    expect(stderr).toContain("3 epochs, 55 steps, batch size 20 to 60");
    // 0.1 * 600 / (20 * 0.1), and halved each epoch; no more than a tenth of the images.
    expect(lines(stderr).filter((line) => line.startsWith("epoch "))).toEqual([
      expect.stringContaining("  batch 20  noise scale 30  30 updates  "),
      expect.stringContaining("  batch 40  noise scale 15  45 updates  "),
      expect.stringContaining("  batch 60  noise scale 7.5  55 updates  "),
    ]);
    expect(readFileSync(join(folder, "runs/growing/report.html"), "utf8")).toContain("batch size 20 to 60,");
    const { command, ...facts } = JSON.parse(readFileSync(join(folder, "runs/growing/run.json"), "utf8"));
    expect(command).toContain(" --increase-batch-instead-of-decay ");
    expect(facts).toMatchObject({
      totalSteps: 55,
      batchSchedule: { kind: "batchSizes" },
      schedule: { kind: "inEpochs" },
    });

    const scheduled = [...growing, "--epochs", "2", "--batch-size", "50", "--optimizer", "adamw"];
    const settings = [
      "--batch-schedule",
      "step",
      "--set",
      "batchSchedule.stepSize=1",
      "--set",
      "batchSchedule.gamma=2",
    ];
    const decay = ["--set", 'weightDecay={"kind":"linear"}', "--largest-batch", "100", "--json"];
    const { stdout } = await inProcess(folder, [...scheduled, ...settings, ...decay, "--out", "runs/doubling"]);
    const events = lines(stdout).map((line) => JSON.parse(line));
    const epochs = events.filter(({ event }) => event === "epoch").map(({ line }) => line);
    expect(epochs).toMatchObject([
      { batchSize: 50, steps: 12, noiseScale: expect.any(Number) },
      { batchSize: 100, steps: 18, noiseScale: expect.any(Number) },
    ]);
    const steps = lines(readFileSync(join(folder, "runs/doubling/metrics.ndjson"), "utf8"))
      .map((line) => JSON.parse(line))
      .filter(({ step }) => step !== undefined);
    for (const { step, weightDecay } of steps) expect(weightDecay).toBeCloseTo(0.05 * (1 - step / 18), 12);
  });

  test("--quiet: nothing but the result; with --json, one line; each run has a folder of its own", async () => {
    const text = await inProcess(folder, [...SMALL, "--quiet"]);
    expect({ status: text.status, stderr: text.stderr }).toEqual({ status: 0, stderr: "" });
    expect(text.stdout).toMatch(/^test accuracy/);
    const json = await inProcess(folder, [...SMALL, "--quiet", "--json"]);
    expect(lines(json.stdout)).toHaveLength(1);
    const { event, run } = JSON.parse(json.stdout);
    expect(event).toBe("result");
    const [, other] = /^run +(\S+)$/m.exec(text.stdout) as RegExpExecArray;
    expect(run).not.toBe(other);
  });

  test("FORCE_COLOR enables colors, NO_COLOR disables them", async () => {
    const args = ["runs", "list", "runs"];
    expect((await inProcess(folder, args, { FORCE_COLOR: "1" })).stdout).toContain("\u001B[1m");
    expect((await inProcess(folder, args, { FORCE_COLOR: "0" })).stdout).not.toContain("\u001B");
    expect((await inProcess(folder, args, { NO_COLOR: "1" })).stdout).not.toContain("\u001B");
  });

  test("a reader that goes away ends the run quietly, saved", async () => {
    const run = start(folder, [...SMALL, "--epochs", "2000", "--json", "--out", "runs/unread"], {});
    await run.waitFor('"event":"step"');
    run.closeOutput();
    const { status, stderr } = await run.ended;
    expect({ status, stderr }).toEqual({ status: 141, stderr: "" });
    expect(readdirSync(join(folder, "runs/unread/checkpoints"))).not.toEqual([]);
  });
});

describe("a run folder", () => {
  test("is not made where the training does not begin", async () => {
    const own = join(folder, "untouched");
    mkdirSync(own);
    expect((await inProcess(own, ["train", "../digits", "--batch-size", "1000"])).status).toBe(2);
    expect(readdirSync(own)).toEqual([]);
  });

  test("that has a run is not written over", () => {
    const before = readFileSync(join(folder, "runs/plain/run.json"), "utf8");
    const { status, stderr } = downhill(folder, [...SMALL, "--out", "runs/plain"]);
    expect(status).toBe(1);
    expect(stderr).toBe(
      "Error: runs/plain: the folder contains a run. Use --out with an empty folder or a new one, or resume it with downhill train --resume runs/plain.\n",
    );
    expect(readFileSync(join(folder, "runs/plain/run.json"), "utf8")).toBe(before);
  });

  test("of a run that has finished gives its result again", async () => {
    const { status, stdout } = await inProcess(folder, ["train", "--resume", "runs/plain", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(lines(stdout).at(-1) as string)).toMatchObject({
      status: "finished",
      run: "runs/plain",
      steps: 12,
    });
  });
});
