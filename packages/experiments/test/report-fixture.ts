import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ComparisonFacts, writeFacts } from "../src/comparison/facts.ts";
import { type Outcome, type Trained, writeOutcome } from "../src/comparison/outcome.ts";
import { nextRate, type TriedRate } from "../src/comparison/rate-search.ts";
import { type Trial, trialFolder, trialsOf } from "../src/comparison/trial.ts";

/** Made-up entrant of a comparison. */
export interface FixtureEntrant {
  readonly name: string;
  /** Best learning rate; null if all rates diverge. */
  readonly lr: number | null;
  /** Accuracy with the first seed; later seeds differ by `spread`. */
  readonly accuracy: number;
  readonly spread?: number;
  /** Rate from which trainings diverge; default none. */
  readonly divergesFrom?: number;
  /** Number of trials that have ended; default all. */
  readonly ended?: number;
  /** True if the last trial that has ended has failed. */
  readonly failed?: boolean;
  readonly secondsPerEpoch?: number;
}

export interface Fixture {
  readonly entrants: readonly FixtureEntrant[];
  readonly facts?: Partial<ComparisonFacts>;
  readonly epochs?: number;
}

export const EPOCHS = 4;

/** Writes a comparison into a folder as if it had been run, and returns the folder. */
export function writeFixture(folder: string, { entrants, facts: changes = {}, epochs = EPOCHS }: Fixture): string {
  const facts: ComparisonFacts = {
    version: 1,
    id: "race",
    created: "2026-11-29T20:05:45.843Z",
    command: "downhill compare sample --optimizers sgd,adam",
    given: { data: "sample", model: "lenet", epochs, threads: 2, tune: false, validationShare: 0.1 },
    entrants: entrants.map(({ name }) => ({ name, changes: { optimizer: name } })),
    seeds: [0, 1, 2],
    tuningSeed: 3,
    tuning: 6,
    measure: "accuracy",
    target: null,
    budget: null,
    stopEarly: false,
    data: { name: "sample", fingerprint: "9e48", trainImages: 2000, part: "test" },
    versions: { downhill: "0.1.0", node: "20.20.2", onnxruntime: "1.30.0", platform: "linux-x64" },
    ...changes,
  };
  mkdirSync(folder, { recursive: true });
  writeFacts(folder, facts);
  for (const [index, entrant] of entrants.entries()) {
    const tried: TriedRate[] = [];
    const trials = trialsOf(facts, index);
    const ended = Math.min(entrant.ended ?? trials.length, entrant.lr === null ? 1 + facts.tuning : trials.length);
    for (const [place, trial] of trials.slice(0, ended).entries()) {
      const isFailed = entrant.failed === true && place === ended - 1;
      const outcome = isFailed ? FAILED : outcomeOf(entrant, trial.kind, place, tried, facts, epochs);
      const own = trialFolder(folder, facts, trial);
      mkdirSync(join(own), { recursive: true });
      writeOutcome(own, outcome);
      if (trial.kind === "tuning" && "lr" in outcome) {
        tried.push({ lr: outcome.lr, loss: outcome.kind === "trained" ? outcome.loss : null });
      }
    }
  }
  return folder;
}

const FAILED: Outcome = { kind: "failed", problem: "its process ended by the signal SIGKILL before its result" };

function outcomeOf(
  entrant: FixtureEntrant,
  kind: Trial["kind"],
  place: number,
  tried: readonly TriedRate[],
  { tuning, seeds }: ComparisonFacts,
  epochs: number,
): Outcome {
  const { lr: best, accuracy, spread = 0.005, divergesFrom = Infinity, secondsPerEpoch = 1.5 } = entrant;
  const first = (best ?? 0.1) * 0.6;
  if (kind === "range-test") return { kind, lr: first, refusal: null, seconds: 3.25 };
  if (kind === "tuning") {
    const lr = nextRate(first, tried);
    if (best === null || lr >= divergesFrom) return { kind: "diverged", lr, problem: "the loss is not finite" };
    const loss = lossOf(accuracy) + 0.25 * Math.log10(lr / best) ** 2;
    return trained(lr, accuracy, loss, epochs, secondsPerEpoch);
  }
  const seed = place - 1 - tuning;
  const shift = spread * (seed - (seeds.length - 1) / 2);
  return trained(best ?? first, accuracy + shift, lossOf(accuracy + shift), epochs, secondsPerEpoch);
}

const lossOf = (accuracy: number): number => 2.5 * (1 - accuracy) + 0.1;

/** Returns a training whose accuracy rises to its end. */
const trained = (lr: number, accuracy: number, loss: number, epochs: number, seconds: number): Trained => ({
  kind: "trained",
  lr,
  loss,
  accuracy,
  images: 500,
  updates: 32 * epochs,
  seconds: seconds * epochs,
  curve: Array.from({ length: epochs }, (_, epoch) => {
    const part = 1 - 0.6 ** (epoch + 1) + 0.6 ** epochs;
    return {
      epoch,
      updates: 32 * (epoch + 1),
      seconds: seconds * (epoch + 1),
      accuracy: accuracy * part,
      loss: loss + 2 * (1 - part),
    };
  }),
  hyperparameters: { beta1: 0.9, beta2: 0.999, eps: 1e-8, amsgrad: false, schedule: "oneCycle", batchSize: 64 },
});

const six: readonly FixtureEntrant[] = [
  { name: "sgd", lr: 0.05, accuracy: 0.862, divergesFrom: 0.09 },
  { name: "adam", lr: 0.0021, accuracy: 0.881, divergesFrom: 0.0039 },
  { name: "adamw", lr: 0.0023, accuracy: 0.883, spread: 0.004, divergesFrom: 0.004 },
  { name: "rmsprop", lr: 0.0006, accuracy: 0.846, spread: 0.012, divergesFrom: 0.001 },
  { name: "adagrad", lr: 0.019, accuracy: 0.851, secondsPerEpoch: 1.3 },
  { name: "lion", lr: 0.0003, accuracy: 0.874, secondsPerEpoch: 2.1, divergesFrom: 0.0009 },
];

/** Comparisons at all stages. */
export const FIXTURES = {
  finished: { entrants: six },
  unfinished: { entrants: six.map((entrant, i) => ({ ...entrant, ended: Math.max(0, 9 - 2 * i) })) },
  "nothing has ended": { entrants: six.map((entrant) => ({ ...entrant, ended: 0 })) },
  "one seed": { entrants: six.slice(0, 3), facts: { seeds: [0], tuningSeed: 1 }, epochs: 1 },
  "a diverging entrant": { entrants: [...six.slice(0, 3), { name: "l <b>& s", lr: null, accuracy: 0 }] },
  "a failed trial": {
    entrants: [
      six[0],
      { ...six[1], ended: 8, failed: true },
      { ...six[2], ended: 1, failed: true },
    ] as FixtureEntrant[],
  },
  dropped: {
    entrants: six.map((entrant, i) => ({ ...entrant, ended: [8, 9, 10, 7, 7, 7][i] as number })),
    facts: { stopEarly: true },
  },
  "twelve entrants": {
    entrants: Array.from({ length: 12 }, (_, i) => ({
      name: `${["adamw", "schedule-free-sgd", "nadam"][i % 3]} cosine-with-restarts wide-resnet-16-4 batch ${64 + i}`,
      lr: 0.001 * 2 ** (i / 2),
      accuracy: 0.9 - 0.002 * i,
      secondsPerEpoch: 1 + 0.1 * i,
    })),
  },
  "by loss": {
    entrants: six.slice(0, 4),
    facts: { measure: "loss", data: { name: "my photos", fingerprint: "9e48", trainImages: 2000, part: "validation" } },
  },
  "to a target": { entrants: six, facts: { measure: "seconds", target: 0.86 } },
} as const satisfies Readonly<Record<string, Fixture>>;
