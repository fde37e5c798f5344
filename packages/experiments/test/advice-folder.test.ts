import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@downhill/train";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeAdviceFacts } from "../src/advice/facts.ts";
import { type Outcome, writeOutcome } from "../src/comparison/outcome.ts";
import { type Trial, trialAt, trialFolder } from "../src/comparison/trial.ts";
import {
  type Advice,
  adviceFiles,
  adviceToJson,
  type Changes,
  type NewAdvice,
  readAdvice,
  readAdviceFacts,
  readFacts,
  startAdvice,
} from "../src/index.ts";
import type { startTrial } from "../src/trials/start-trial.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "advice-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const GIVEN = { data: "sample", model: "mlp", epochs: 1, trainLimit: 600, testLimit: 100, batchSize: 50, threads: 1 };
const request = (name: string): NewAdvice => ({ kind: "new", given: GIVEN, folder: join(root, name), budget: 600 });

/** Returns a made-up outcome: more weight decay is better, and adamw diverges. */
function outcomeOf(trial: Trial, { optimizer, lr = 0.1, weightDecay = 5e-4 }: Changes): Outcome {
  if (trial.kind === "range-test") return { kind: "range-test", lr: 0.1, refusal: null, seconds: 1, elapsed: 2 };
  if (optimizer === "adamw") return { kind: "diverged", lr: lr as number, problem: "the loss is NaN", elapsed: 1 };
  const seed = trial.kind === "seed" ? trial.seed : 0;
  const accuracy =
    ((weightDecay as number) > 5e-4 ? 0.8 : 0.7) + 0.01 * Math.sin(7 * seed + 100 * (weightDecay as number));
  const hyperparameters = { momentum: 0.9, weightDecay };
  const scores = { loss: 1 - accuracy, accuracy, images: 100 };
  return {
    kind: "trained",
    lr: lr as number,
    ...scores,
    updates: 12,
    seconds: 0.6,
    curve: [],
    hyperparameters,
    elapsed: 3,
  };
}

/** Starts a made-up trial, which writes its outcome at once. */
const start: typeof startTrial = (folder, index) => {
  const facts = readFacts(folder);
  const trial = trialAt(facts, index);
  const outcome = outcomeOf(trial, facts.entrants[trial.entrant]?.changes ?? {});
  const own = trialFolder(folder, facts, trial);
  mkdirSync(own, { recursive: true });
  writeOutcome(own, outcome);
  return { done: Promise.resolve({ kind: "done", result: outcome }), stop: () => {} };
};

/** Returns an advice without its folder and start time. */
const decided = (advice: Advice): string =>
  JSON.stringify(adviceToJson(advice), (key, value) => (key === "id" || key === "created" ? null : value));

/** Removes scripts and style sheets from the text of a page. */
const withoutCode = (text: string): string => text.replaceAll(/<(script|style)>.*?<\/\1>/gs, "");

test("an advice that is stopped again and again ends like one left alone, with its files", async () => {
  const whole = await startAdvice(request("whole"), () => {}, start).done;
  expect(whole).toMatchObject({ isFinished: true, validation: { isBetter: true } });
  expect(whole.recommended.weightDecay).toBeGreaterThan(5e-4);
  expect(whole.answers.find(({ question }) => question === "weight-decay")).toMatchObject({ kind: "asked" });
  expect(whole.spent).toBeLessThan(600);
  expect(decided(readAdvice(whole.folder))).toBe(decided(whole));

  const folder = join(root, "stopped");
  let isFinished = false;
  for (let sessions = 0; !isFinished; sessions++) {
    let left = 7;
    const handle = startAdvice(
      sessions === 0 ? request("stopped") : { kind: "resume", folder },
      ({ kind }) => {
        if (kind === "outcome" && --left === 0) handle.stop();
      },
      start,
    );
    ({ isFinished } = await handle.done);
    expect(sessions).toBeLessThan(20);
  }
  expect(decided(readAdvice(folder))).toBe(decided(whole));

  const { report, markdown, json, config } = adviceFiles(folder);
  expect(parseConfig(JSON.parse(readFileSync(config, "utf8")))).toEqual({ ...GIVEN, ...whole.recommended });
  const texts = [report, markdown, json].map((path) => withoutCode(readFileSync(path, "utf8")));
  for (const text of texts) {
    expect(text).toContain("beats the defaults by");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  }
  expect(texts[0]).toContain("<svg");
});

test.each<[string, Partial<NewAdvice>, string]>([
  ["no time", { budget: 0 }, "budget = 0: expected seconds above 0"],
  ["one seed", { seeds: 1 }, "seeds = 1: expected a whole number of at least 2"],
  ["an unknown optimizer", { given: { ...GIVEN, optimizer: "adm" } }, "did you mean 'adam'"],
])("rejects %s, and leaves no folder", async (_, changes, message) => {
  await expect(startAdvice({ ...request("rejected"), ...changes }, () => {}, start).done).rejects.toThrow(message);
  expect(existsSync(join(root, "rejected"))).toBe(false);
});

test("an advice is neither started twice nor resumed with other images or by another version", async () => {
  const folder = join(root, "whole");
  await expect(startAdvice(request("whole"), () => {}, start).done).rejects.toThrow("the folder contains an advice");
  const facts = readAdviceFacts(folder);
  rmSync(join(folder, "validation"), { recursive: true });
  writeAdviceFacts(folder, { ...facts, data: { ...facts.data, fingerprint: "other" } });
  const resumed = startAdvice({ kind: "resume", folder }, () => {}, start).done;
  await expect(resumed).rejects.toThrow("sample: the images have changed since the advice started");
  writeAdviceFacts(folder, { ...facts, version: 2 as 1 });
  expect(() => readAdvice(folder)).toThrow("the version is 2, and this release reads version 1");
});
