import { type Advice, newDraft } from "../src/advice/advice.ts";
import { adviceSteps } from "../src/advice/advise.ts";
import type { Experiment, Measured } from "../src/advice/experiment.ts";
import type { AdviceFacts } from "../src/advice/facts.ts";
import type { Changes } from "../src/comparison/entrant.ts";

/** Returns the facts of an advice on made-up data: 1,800 training images, 8 epochs of SGD with batch size 64. */
export const adviceFacts = (changes: Partial<AdviceFacts> = {}): AdviceFacts => ({
  version: 1,
  id: "advice",
  created: "2026-11-29T20:05:45.843Z",
  command: "downhill advise photos --budget 30m",
  given: { data: "photos" },
  common: { threads: 1, tune: false, validationShare: 0.2 },
  budget: 1800,
  jobs: 1,
  seeds: 3,
  defaults: {
    optimizer: "sgd",
    schedule: "oneCycle",
    warmup: 0,
    epochs: 8,
    batchSize: 64,
    hyperparameters: { momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
  },
  data: {
    name: "photos",
    fingerprint: "9e48",
    trainImages: 1800,
    validationImages: 450,
    part: "validation",
    partImages: 450,
  },
  versions: { downhill: "0.1.0", node: "20.20.2", onnxruntime: "1.30.0", platform: "linux-x64" },
  ...changes,
});

/** Made-up world in which trainings have known accuracies and times. */
export interface World {
  /** Returns the true accuracy of settings; default 0.9 for all. */
  readonly accuracyOf?: (changes: Changes) => number;
  /** Standard deviation of an accuracy over seeds, half of which is common to all trainings of a seed. */
  readonly deviation?: number;
  /** Seconds of a training besides its steps, and per image. */
  readonly overhead?: number;
  readonly perImage?: number;
  /** Normally distributed random numbers. */
  readonly normal: () => number;
}

/** Returns an advice in a made-up world. */
export function adviseIn(facts: AdviceFacts, world: World): Advice {
  const draft = newDraft("runs/advice", facts);
  const steps = adviceSteps(draft);
  const measure = measureIn(world);
  let step = steps.next();
  while (!step.done) step = steps.next(measure(step.value));
  return draft;
}

const NOISE: Measured = {
  name: "defaults",
  scores: [],
  lr: null,
  searchLoss: null,
  tried: [],
  hyperparameters: {},
  elapsed: [],
  trainingSeconds: [],
  problem: null,
  noise: { noiseScale: 30, interval: [24, 41] },
};

/** Returns a function that "trains" the entrants of an experiment, each once. */
export function measureIn(world: World): (experiment: Experiment) => readonly Measured[] {
  const { accuracyOf = () => 0.9, deviation = 0.01, overhead = 2, perImage = 0.001, normal } = world;
  const known = new Map<string, Measured>();
  const seedEffects = new Map<number, number>();
  const effectOf = (seed: number): number => {
    if (!seedEffects.has(seed)) seedEffects.set(seed, normal());
    return seedEffects.get(seed) as number;
  };
  return ({ name, given, entrants, seeds, tuning }) =>
    entrants.map((entrant) => {
      if (name === "noise-scale") return { ...NOISE, elapsed: [overhead] };
      const key = `${name} ${entrant.name}`;
      const before = known.get(key);
      if (before) return before;
      const steps = perImage * (given.epochs as number) * (given.trainLimit ?? 1800);
      const scores = seeds.map(
        (seed) => accuracyOf(entrant.changes) + deviation * Math.SQRT1_2 * (effectOf(seed) + normal()),
      );
      const trainings = seeds.length + (tuning === 0 ? 0 : 1 + tuning);
      const measured: Measured = {
        name: entrant.name,
        scores,
        lr: entrant.changes.lr === undefined ? 0.1 : (entrant.changes.lr as number),
        searchLoss: tuning === 0 ? null : 1 - accuracyOf(entrant.changes) + 0.01 * normal(),
        tried: [],
        hyperparameters: { momentum: 0.9, weightDecay: 5e-4, ...entrant.changes },
        elapsed: Array.from({ length: trainings }, () => overhead + steps),
        trainingSeconds: Array.from({ length: trainings }, () => steps),
        problem: null,
      };
      known.set(key, measured);
      return measured;
    });
}
