import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { downhill, start, temporaryFolder } from "./support/downhill.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"), { train: 60, test: 12 });
const QUICK = ["train", "digits", "--folds", "2", "--model", "mlp", "--epochs", "1", "--batch-size", "20"];
const RUN = [...QUICK, "--threads", "1", "--no-tune", "--json", "--out"];
const at = (...names: string[]): string => join(folder, ...names);

/** Returns the JSON lines of a command's output. */
const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a cross-validation trains once for each fold, and a killed one is resumed fold by fold", async () => {
  const whole = downhill(folder, [...RUN, "whole"]);
  expect({ status: whole.status, stderr: whole.stderr }).toEqual({ status: 0, stderr: "" });
  const lines = linesOf(whole.stdout);
  expect(lines.filter(({ event }) => event === "fold").map(({ fold }) => fold)).toEqual([1, 2]);
  const { event, status, accuracy, folds } = lines.at(-1);
  expect({ event, status }).toEqual({ event: "crossValidation", status: "finished" });
  const accuracies: number[] = folds.map((fold: { accuracy: number }) => fold.accuracy);
  expect(accuracy.mean).toBeCloseTo(accuracies.reduce((sum, value) => sum + value, 0) / 2, 9);
  // Each training image is tested once, and none of the data's own test part.
  const tested: number[] = folds.map(({ images }: { images: number }) => images);
  const { given, data } = JSON.parse(readFileSync(at("whole", "fold-2", "run.json"), "utf8"));
  expect(given).toMatchObject({ folds: 2, fold: 2 });
  expect(tested.reduce((sum, images) => sum + images, 0)).toBe(data.counts.train + data.counts.test);
  const report = readFileSync(at("whole", "report.html"), "utf8");
  for (const text of [
    "mean accuracy over 2 folds",
    "95 % interval of the mean",
    'href="fold-2/report.html"',
    "Confusion matrix",
  ])
    expect(report).toContain(text);

  const killed = start(folder, [...RUN, "killed"]);
  await killed.waitFor('"fold":2');
  killed.kill("SIGKILL");
  const before = readFileSync(at("killed", "fold-1", "model.safetensors"));
  const resumed = downhill(folder, ["train", "--resume", "killed"]);
  expect({ status: resumed.status, stderr: resumed.status === 0 ? "" : resumed.stderr }).toEqual({
    status: 0,
    stderr: "",
  });
  expect(resumed.stderr).not.toContain("Fold 1 (1 of 2)");
  expect(resumed.stderr).toContain("Fold 2 (2 of 2): killed/fold-2");
  expect(resumed.stdout).toMatch(/mean accuracy [\d.]+ % over 2 folds \(95 % interval/);
  expect(readFileSync(at("killed", "fold-1", "model.safetensors"))).toEqual(before);
  for (const fold of [1, 2]) {
    const [a, b] = ["whole", "killed"].map((run) => readFileSync(at(run, `fold-${fold}`, "model.safetensors")));
    expect(a?.equals(b as Buffer)).toBe(true);
  }
});

test("a cross-validation that cannot begin leaves nothing behind", () => {
  const { status, stderr } = downhill(folder, ["train", "digits", "--folds", "--out", "never"]);
  expect(status).toBe(1);
  expect(stderr).toContain("the data have no folders of folds, such as fold1 and fold2");
  expect(stderr).toContain("Add --folds 5 to divide them into 5 folds.");
  expect(existsSync(at("never"))).toBe(false);
});
