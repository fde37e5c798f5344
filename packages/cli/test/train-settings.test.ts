import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"));
const config = (run: string) => JSON.parse(readFileSync(join(folder, run, "run.json"), "utf8")).config;

describe("settings", () => {
  const dry = ["--epochs", "1", "--batch-size", "60", "--threads", "1", "--quiet"];

  test("a flag comes before the file, and the file before the default", async () => {
    const own = join(folder, "configured");
    makeIdx(join(own, "digits"));
    writeFileSync(
      join(own, "downhill.config.json"),
      JSON.stringify({
        $schema: "x",
        data: "digits",
        model: "mlp",
        lr: 0.01,
        seed: 3,
        epochs: 1,
        batchSize: 60,
        threads: 1,
      }),
    );
    const { status, stderr } = await inProcess(own, [
      "train",
      "--seed",
      "5",
      "--optimizer",
      "muon",
      "--partner",
      "sgd",
      "--out",
      "run",
    ]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    expect(config("configured/run")).toMatchObject({
      model: "mlp",
      lr: 0.01,
      seed: 5,
      labelSmoothing: 0,
      partner: "sgd",
    });
    expect(stderr).toContain("lr 0.01 (from downhill.config.json)");
  });

  test("--config names another file, --set reaches inside, and run.json has the command that repeats it", async () => {
    writeFileSync(join(folder, "other.json"), JSON.stringify({ model: "mlp", hyperparameters: { beta1: 0.8 } }));
    const args = ["train", "digits", "--config", "other.json", "--optimizer", "adamw", "--out", "runs/set", ...dry];
    const set = [
      "--set",
      "hyperparameters.beta2=0.9",
      "--set",
      "schedule.kind=cosine",
      "--set",
      "schedule.etaMin=1e-5",
    ];
    const { status, stderr } = await inProcess(folder, [...args, ...set]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(config("runs/set")).toMatchObject({
      optimizer: "adamw",
      hyperparameters: { beta1: 0.8, beta2: 0.9 },
      schedule: { kind: "cosine", etaMin: 1e-5 },
    });
    const { command } = JSON.parse(readFileSync(join(folder, "runs/set/run.json"), "utf8"));
    expect(command).toMatch(
      /^downhill train \/.*digits --model mlp --optimizer adamw --schedule \S+ --hyperparameters '\{"beta1":0.8,"beta2":0.9\}'/,
    );
    expect(command).not.toContain("other.json");
  });

  test("gradient descent, SGD and mini-batches are one command", async () => {
    const steps = async (batchSize: string): Promise<number> => {
      const args = ["train", "digits", "--model", "mlp", "--epochs", "1", "--threads", "1", "--quiet", "--json"];
      return JSON.parse((await inProcess(folder, [...args, "--batch-size", batchSize])).stdout).steps;
    };
    expect([await steps("all"), await steps("1"), await steps("50")]).toEqual([1, 120, 3]);
  });
});
