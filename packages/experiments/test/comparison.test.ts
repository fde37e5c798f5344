import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addEntrants } from "../src/comparison/add-entrants.ts";
import { beginComparison } from "../src/comparison/begin.ts";
import { applyBudget } from "../src/comparison/budget.ts";
import { writeFacts } from "../src/comparison/facts.ts";
import { nextTrial } from "../src/comparison/next-trial.ts";
import { type Outcome, writeOutcome } from "../src/comparison/outcome.ts";
import { Outcomes } from "../src/comparison/outcomes.ts";
import { TrialRunner } from "../src/comparison/run-trials.ts";
import { trialAt, trialFolder, trialsOf } from "../src/comparison/trial.ts";
import { nextDecay } from "../src/comparison/weight-decay-search.ts";
import {
  type Comparison,
  type ComparisonFacts,
  configOf,
  countTrials,
  type Entrant,
  entrantsOf,
  executeTrial,
  type NewComparison,
  readComparison,
  readFacts,
  startComparison,
} from "../src/index.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "comparison-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const optimizers = (...names: readonly string[]) =>
  entrantsOf({ optimizer: names, schedule: [], model: [], batchSize: [] });
const GIVEN = { data: "sample", model: "mlp", epochs: 1, trainLimit: 128, testLimit: 100, batchSize: 32, threads: 1 };
const request = (folder: string, changes: Partial<NewComparison> = {}): NewComparison => ({
  kind: "new",
  given: GIVEN,
  entrants: optimizers("sgd", "adam"),
  folder: join(root, folder),
  seeds: [0, 1],
  tuning: 1,
  ...changes,
});

/** Executes the trials that are left, in this thread. Every attempt stops after so many steps, three more than the last. */
async function executeAll(folder: string, steps = Infinity): Promise<Comparison> {
  const facts = readFacts(folder);
  let most = steps;
  for (
    let trial = nextTrial(new Outcomes(folder), facts, new Set());
    trial !== null;
    trial = nextTrial(new Outcomes(folder), facts, new Set())
  ) {
    let done = 0;
    await executeTrial(folder, trial.index, { emit: () => {}, shouldStop: () => ++done > most });
    most = trial.kind === "range-test" ? Infinity : most === Infinity ? 0 : most + 3;
  }
  return readComparison(folder);
}

/** Returns a comparison without times and folders, which differ each time. */
const measured = ({ entrants, pairs, verdict }: Comparison): string =>
  JSON.stringify({ entrants, pairs, verdict }, (key, value) => (key === "seconds" || key === "elapsed" ? null : value));

describe("a comparison of two optimizers on real images", () => {
  let whole: Comparison;
  beforeAll(async () => {
    const folder = join(root, "whole");
    await beginComparison(request("whole"), () => {});
    whole = await executeAll(folder);
  });

  test("has scores with intervals, rates, and a verdict", () => {
    expect(whole.isFinished).toBe(true);
    expect(whole.verdict).toMatch(/^(No|sgd|adam)/);
    expect(whole.pairs).toHaveLength(1);
    expect(whole.facts).toMatchObject({ tuningSeed: 2, given: { tune: false, validationShare: 0.1 } });
    for (const { status, accuracy, lr, tuning, good } of whole.entrants) {
      expect(status).toBe("finished");
      expect(accuracy?.interval).not.toBeNull();
      expect(tuning.trainings).toHaveLength(1);
      expect(good && lr && good.low <= lr && lr <= good.high).toBe(true);
    }
    const [first, second] = whole.entrants;
    expect(first?.accuracy?.mean).toBeGreaterThanOrEqual(second?.accuracy?.mean as number);
  });

  test("gives the same bits if its trials are stopped at any steps and resumed", async () => {
    const folder = join(root, "stopped");
    await beginComparison(request("stopped"), () => {});
    expect(measured(await executeAll(folder, 3))).toBe(measured(whole));
  });

  test("gives the same bits in processes of their own, killed in between", async () => {
    const folder = join(root, "killed");
    const { facts } = whole;
    await beginComparison(request("killed"), () => {});
    // The trials of the other folder are those of this one: all but one of each kind are taken over.
    cpSync(join(whole.folder, "trials"), join(folder, "trials"), { recursive: true });
    for (const index of [0, 1, countTrials(facts) - 1]) {
      rmSync(trialFolder(folder, facts, trialAt(facts, index)), { recursive: true });
    }
    // Processes run the build.
    const build = (await import(`${"../dist"}/index.js`)) as typeof import("../src/index.ts");
    const first = build.startComparison({ kind: "resume", folder, jobs: 2 });
    first.stop();
    expect((await first.done).isFinished).toBe(false);
    const events: string[] = [];
    const second = await build.startComparison({ kind: "resume", folder, jobs: 2 }, ({ kind }) => events.push(kind))
      .done;
    expect(measured(second)).toBe(measured(whole));
    expect(events.filter((kind) => kind === "outcome")).toHaveLength(3);
  });

  test("is not resumed or extended with other images", async () => {
    const folder = join(root, "other-images");
    await beginComparison(request("other-images"), () => {});
    const facts = readFacts(folder);
    writeFacts(folder, { ...facts, data: { ...facts.data, fingerprint: "other" } });
    const message = "sample: the images have changed since the comparison started";
    await expect(startComparison({ kind: "resume", folder }).done).rejects.toThrow(message);
    await expect(addTo(folder, "adagrad")).rejects.toThrow(message);
  });

  test("takes further entrants, and leaves the others as they are", async () => {
    const folder = join(root, "extended");
    cpSync(whole.folder, folder, { recursive: true });
    await expect(addTo(folder, "sgd")).rejects.toThrow("entrants: sgd occurs twice. Expected each entrant once.");
    await addTo(folder, "adagrad");
    const { entrants } = readComparison(folder);
    expect(entrants.map(({ status }) => status)).toEqual(["finished", "finished", "waiting"]);
    expect(nextTrial(new Outcomes(folder), readFacts(folder), new Set())).toMatchObject({
      entrant: 2,
      kind: "range-test",
    });
  });
  const addTo = (folder: string, name: string) =>
    addEntrants(readFacts(folder), { kind: "add", folder, entrants: optimizers(name) }, () => {});
});

test("hyperparameters beside the name of an optimizer are that optimizer's", () => {
  const given = { ...GIVEN, optimizer: "adamw", hyperparameters: { beta2: 0.99 }, weightDecay: 0.1, seed: 3 };
  const [sgd, adamw] = optimizers("sgd", "AdamW").map((entrant) => configOf(given, entrant));
  expect(sgd).toEqual({ ...GIVEN, optimizer: "sgd", seed: 3 });
  expect(adamw).toEqual({ ...given, optimizer: "AdamW" });
  const { optimizer: _, ...common } = given;
  expect(configOf(common, optimizers("adam")[0] as Entrant)).toEqual({ ...common, optimizer: "adam" });
});

test.each<[string, Partial<NewComparison>, string]>([
  ["one entrant", { entrants: optimizers("sgd") }, "entrants: one entrant. Expected at least two."],
  ["no seeds", { seeds: [] }, "seeds: expected at least one, each once"],
  ["a seed twice", { seeds: [1, 1] }, "seeds: expected at least one, each once"],
  ["a negative number of tuning trainings", { tuning: -1 }, "tuning = -1: expected a whole number of at least 0"],
  ["an unreachable target", { target: 2 }, "target = 2: expected an accuracy above 0, at most 1"],
  [
    "a measure without a target",
    { measure: "updates" },
    "measure = updates: expected a target accuracy to measure it by",
  ],
  ["an unknown optimizer", { entrants: optimizers("sgd", "adm") }, "did you mean 'adam'"],
])("rejects %s, and leaves no folder", async (_, changes, message) => {
  await expect(beginComparison(request("rejected", changes), () => {})).rejects.toThrow(message);
  expect(() => readFacts(join(root, "rejected"))).toThrow("comparison.json is missing");
});

describe("outcomes of any kind", () => {
  const trained = (lr: number, accuracy: number, reached = true): Extract<Outcome, { readonly kind: "trained" }> => ({
    kind: "trained",
    lr,
    loss: 1 - accuracy,
    accuracy,
    images: 100,
    updates: 20,
    seconds: 4,
    curve: [
      { epoch: 0, updates: 10, seconds: 2, loss: 1, accuracy: reached ? 0.5 : 0.1 },
      { epoch: 1, updates: 20, seconds: 4, loss: 1 - accuracy, accuracy },
    ],
    hyperparameters: {},
  });
  const range: Outcome = { kind: "range-test", lr: 0.1, refusal: null, seconds: 1 };
  const diverged: Outcome = { kind: "diverged", lr: 0.1, problem: "the loss is NaN" };
  const failed: Outcome = { kind: "failed", problem: "its process ended by the signal SIGKILL" };

  /** Writes a comparison with outcomes for each entrant in the order of its trials. */
  async function written(name: string, changes: Partial<NewComparison>, outcomes: Record<string, readonly Outcome[]>) {
    const entrants = optimizers(...Object.keys(outcomes));
    const facts: ComparisonFacts = await beginComparison(request(name, { tuning: 2, ...changes, entrants }), () => {});
    const folder = join(root, name);
    for (const [entrant, list] of Object.values(outcomes).entries()) {
      for (const [place, outcome] of list.entries()) {
        const own = trialFolder(folder, facts, trialsOf(facts, entrant)[place] as never);
        mkdirSync(own, { recursive: true });
        writeOutcome(own, outcome);
      }
    }
    return { folder, facts, comparison: readComparison(folder) };
  }
  const tuned = (accuracy: number) => [range, trained(0.1, accuracy), trained(0.3, accuracy - 0.1)];

  test("are shown, the best first", async () => {
    const { comparison } = await written(
      "kinds",
      {},
      {
        sgd: [range, diverged, { ...diverged, lr: 0.01 }],
        adam: [...tuned(0.8), trained(0.1, 0.8), trained(0.1, 0.82)],
        adagrad: [...tuned(0.7), diverged, trained(0.1, 0.72)],
        lion: [...tuned(0.9), trained(0.1, 0.9), trained(0.1, 0.91)],
        nadam: [failed],
        radam: [...tuned(0.9), failed, trained(0.1, 0.9)],
        rmsprop: [range],
      },
    );
    expect(comparison.entrants.map(({ name, status, score }) => [name, status, score !== null])).toEqual([
      ["lion", "finished", true],
      ["adam", "finished", true],
      ["radam", "failed", false],
      ["adagrad", "finished", false],
      ["sgd", "no rate", false],
      ["nadam", "failed", false],
      ["rmsprop", "waiting", false],
    ]);
    expect(comparison.pairs).toHaveLength(1);
    expect(comparison.isFinished).toBe(false);
  });

  test.each([
    ["updates", 10],
    ["seconds", 2],
  ] as const)("are ranked by %s until the target, which one does not reach", async (measure, mean) => {
    const { comparison } = await written(
      measure,
      { measure, target: 0.5 },
      {
        sgd: [...tuned(0.4), trained(0.1, 0.4, false), trained(0.1, 0.4, false)],
        adam: [...tuned(0.8), trained(0.1, 0.8, false), trained(0.1, 0.82, false)],
        lion: [...tuned(0.7), trained(0.1, 0.7), trained(0.1, 0.71)],
      },
    );
    expect(comparison.entrants.map(({ name }) => name)).toEqual(["lion", "adam", "sgd"]);
    expect(comparison.entrants.map(({ target }) => target?.reached)).toEqual([2, 2, 0]);
    expect(comparison.entrants[0]?.score?.mean).toBe(mean);
    expect(comparison.pairs[0]?.difference.mean).toBe(-mean);
  });

  test.each([
    ["enough for all", 1000, { tuning: 6, seeds: 3 }],
    ["enough for two seeds after a short search", 45, { tuning: 3, seeds: 2 }],
    ["enough for all seeds and a longer search", 60, { tuning: 4, seeds: 3 }],
    ["enough for a single training", 20, { tuning: 1, seeds: 1 }],
    ["too small", 17, "budget of 17 s: too small"],
  ])("a time limit that is %s", async (name, budget, expected) => {
    const timed = (outcome: Outcome): Outcome => ({ ...outcome, elapsed: outcome.kind === "range-test" ? 1 : 4 });
    const both = [timed(range), timed(trained(0.1, 0.5))];
    const settings = { budget, tuning: 6, seeds: [0, 1, 2] };
    const { folder, facts } = await written(`budget ${name}`, settings, { sgd: both, adam: both });
    expect(nextTrial(new Outcomes(folder), facts, new Set())).toBeNull();
    if (typeof expected === "string")
      return expect(() => applyBudget(new Outcomes(folder), facts, 1)).toThrow(expected);
    const { tuning, seeds } = applyBudget(new Outcomes(folder), facts, 1);
    expect({ tuning, seeds: seeds.length }).toEqual(expected);
    expect(readFacts(folder)).toMatchObject({ tuning, seeds, budget: { seconds: budget, isApplied: true } });
    expect(nextTrial(new Outcomes(folder), readFacts(folder), new Set())).not.toBeNull();
  });

  test("early stopping keeps the better half after the search, and again after a seed", async () => {
    const six = { sgd: 0.5, adam: 0.9, lion: 0.8, nadam: 0.85, radam: 0.7, adagrad: 0.6 };
    const { folder, facts } = await written(
      "halves",
      { stopEarly: true },
      Object.fromEntries(Object.entries(six).map(([name, accuracy]) => [name, tuned(accuracy)])),
    );
    const status = () =>
      readComparison(folder).entrants.flatMap(({ name, status }) => (status === "dropped" ? [name] : []));
    expect(status().sort()).toEqual(["adagrad", "radam", "sgd"]);
    const next: string[] = [];
    const running = new Set<number>();
    const outcomes = new Outcomes(folder);
    for (let trial = nextTrial(outcomes, facts, running); trial; trial = nextTrial(outcomes, facts, running)) {
      running.add(trial.index);
      next.push(facts.entrants[trial.entrant]?.name as string);
    }
    // The second seed waits for the first one of all three.
    expect(next).toEqual(["adam", "lion", "nadam"]);
    for (const index of running) {
      const trial = trialAt(facts, index);
      const own = trialFolder(folder, facts, trial);
      mkdirSync(own, { recursive: true });
      writeOutcome(own, trained(0.1, trial.entrant / 10));
    }
    expect(status().sort()).toEqual(["adagrad", "adam", "radam", "sgd"]);
  });

  test("a trial whose process dies is repeated once, and then shown as failed", async () => {
    const { folder, facts } = await written(
      "dies",
      { tuning: 1, seeds: [0] },
      { sgd: [], adam: tuned(0.8).slice(0, 2) },
    );
    const attempts: string[] = [];
    const runner = new TrialRunner(
      1,
      (event) => {
        if (event.kind === "trial") attempts.push(`${event.entrant} ${event.trial.kind} ${event.attempt}`);
      },
      (_, index) => ({
        // The process of SGD dies; the other one has a result.
        done: Promise.resolve(
          index === 0
            ? { kind: "died", problem: "its process ended by SIGKILL" }
            : { kind: "done", result: index === 1 ? { kind: "no-rate" } : trained(0.1, 0.8) },
        ),
        stop: () => {},
      }),
    );
    await runner.run(new Outcomes(folder), facts);
    expect(attempts).toEqual(["sgd range-test 1", "sgd range-test 2", "sgd tuning 1", "adam seed 1"]);
    const [failed] = readComparison(folder).entrants.filter(({ name }) => name === "sgd");
    expect(failed).toMatchObject({
      status: "failed",
      tuning: { rangeTest: { problem: "its process ended by SIGKILL" } },
    });
  });

  test("a search for weight decays follows that for the rate, and its result is that of the lowest loss", async () => {
    const hyperparameters = { weightDecay: 0.01 };
    const at = (lr: number, loss: number, weightDecay?: number): Outcome =>
      ({
        ...trained(lr, 0.5),
        loss,
        hyperparameters,
        ...(weightDecay === undefined ? {} : { weightDecay }),
      }) as Outcome;
    const search = [range, at(0.1, 1), at(0.3, 1.2)];
    const decays = [at(0.1, 0.8, 0.0316), at(0.1, 1.4, 0.00316), at(0.1, 0.9, 0.1)];
    const { comparison, facts } = await written(
      "decays",
      { weightDecayTuning: 3 },
      { sgd: [...search, ...decays], adam: search },
    );
    expect(trialsOf(facts, 0).map(({ kind }) => kind)).toEqual([
      "range-test",
      "tuning",
      "tuning",
      "weight-decay",
      "weight-decay",
      "weight-decay",
      "seed",
      "seed",
    ]);
    const of = (name: string) => comparison.entrants.find((entrant) => entrant.name === name);
    expect(of("sgd")).toMatchObject({ status: "training", tuning: { triedDecays: { length: 3 } } });
    expect(of("sgd")?.weightDecay).toBeGreaterThan(0.0316);
    expect(of("sgd")?.weightDecay).toBeLessThan(0.1);
    expect(of("adam")).toMatchObject({ status: "tuning", weightDecay: null });
    expect([
      nextDecay(0.01, { tried: [{ lr: 0.1, loss: 1 }], triedDecays: [] }),
      nextDecay(0, { tried: [], triedDecays: [] }),
    ]).toEqual([0.0316, 5e-4]);
  });

  test("a comparison of another version is not read", async () => {
    const { folder, facts } = await written("version", {}, { sgd: [], adam: [] });
    writeFacts(folder, { ...facts, version: 2 as 1 });
    expect(() => readComparison(folder)).toThrow("the version is 2, and this release reads version 1");
  });
});
