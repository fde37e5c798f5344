import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { start, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"), { train: 60, test: 12 });
const QUICK = ["train", "digits", "--folds", "2", "--model", "mlp", "--epochs", "1", "--batch-size", "20"];
const RUN = [...QUICK, "--threads", "1", "--no-tune", "--json", "--out"];
const at = (...names: string[]): string => join(folder, ...names);

test("a killed cross-validation is resumed fold by fold, and reports mean and interval over the folds", async () => {
  const killed = start(folder, [...RUN, "folds"]);
  await killed.waitFor('"fold":2');
  killed.kill("SIGKILL");
  const before = readFileSync(at("folds", "fold-1", "model.safetensors"));
  const resumed = await inProcess(folder, ["train", "--resume", "folds"]);
  expect({ status: resumed.status, stderr: resumed.status === 0 ? "" : resumed.stderr }).toEqual({
    status: 0,
    stderr: "",
  });
  expect(resumed.stderr).not.toContain("Fold 1 (1 of 2)");
  expect(resumed.stderr).toContain("Fold 2 (2 of 2): folds/fold-2");
  expect(resumed.stdout).toMatch(/mean accuracy [\d.]+ % over 2 folds \(95 % interval/);
  expect(readFileSync(at("folds", "fold-1", "model.safetensors"))).toEqual(before);

  // Nothing is left to train.
  const again = await inProcess(folder, ["train", "--resume", "folds", "--json"]);
  expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: "" });
  const { event, status, accuracy, folds } = JSON.parse(again.stdout);
  expect({ event, status }).toEqual({ event: "crossValidation", status: "finished" });
  const sum = (key: "accuracy" | "images"): number =>
    folds.reduce((total: number, fold: Readonly<Record<typeof key, number>>) => total + fold[key], 0);
  expect(accuracy.mean).toBeCloseTo(sum("accuracy") / 2, 9);
  // Each training image is tested once, and none of the data's own test part.
  expect(sum("images")).toBe(60);
  const { given } = JSON.parse(readFileSync(at("folds", "fold-2", "run.json"), "utf8"));
  expect(given).toMatchObject({ folds: 2, fold: 2 });
  const report = readFileSync(at("folds", "report.html"), "utf8");
  for (const text of [
    "mean accuracy over 2 folds",
    "95 % interval of the mean",
    'href="fold-2/report.html"',
    "Confusion matrix",
  ])
    expect(report).toContain(text);
  const removed = await inProcess(folder, ["runs", "remove", "folds", "--yes"]);
  expect({ status: removed.status, stderr: removed.stderr }).toEqual({ status: 0, stderr: "" });
  expect(existsSync(at("folds"))).toBe(false);
});

test("a cross-validation that cannot begin leaves nothing behind", async () => {
  const { status, stderr } = await inProcess(folder, ["train", "digits", "--folds", "--out", "never"]);
  expect(status).toBe(1);
  expect(stderr).toContain("the data have no folders of folds, such as fold1 and fold2");
  expect(stderr).toContain("Add --folds 5 to divide them into 5 folds.");
  expect(existsSync(at("never"))).toBe(false);
});
