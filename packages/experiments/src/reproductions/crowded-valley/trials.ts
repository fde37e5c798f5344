import { constant } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { buildOptimizer, findLearningRate, prepareNetwork, resolveConfig } from "@downhill/train";
import { at } from "../../at.ts";
import { bestRate, nextRate, type TriedRate } from "../../comparison/rate-search.ts";
import type { ReproductionContext } from "../running/context.ts";
import {
  runTraining,
  type TrainingResult,
  type TrainingSettings,
  type TrainingSurroundings,
} from "../running/training.ts";
import { type Candidate, type TestProblem, withHalf } from "./problem.ts";

/** Result of an optimizer on a test problem. */
export interface Entry {
  readonly optimizer: string;
  readonly data: string;
  /** Documented learning rate, and the tuned one; null if all trainings of the search diverged. */
  readonly defaultRate: number;
  readonly tunedRate: number | null;
  /** Accuracy on the images to tune on, with the documented rate and the seed of the search: by it, an optimizer is chosen. */
  readonly chosenBy: number;
  /** Accuracies by seed on the images to compare on; 0 for a training that diverged. */
  readonly defaults: readonly number[];
  readonly tuned: readonly number[];
}

/** Seed of the trainings that search a rate, which no compared training has. */
const SEARCH_SEED = 1000;
/** Trainings of the search after the range test, besides the one with the documented rate. */
const TRIES = 3;
const RANGE_TEST_STEPS = 100;

/** Trains an optimizer on a test problem with its documented learning rate and a tuned one. */
export async function measure(
  context: ReproductionContext,
  candidate: Candidate,
  problem: TestProblem,
): Promise<Entry> {
  const { name, lr: defaultRate, hyperparameters } = candidate;
  const { data } = problem;
  const trainAll = async (lr: number, seeds: readonly number[], half: 0 | 1): Promise<TrainingResult[]> =>
    context.compute(
      seeds.map((seed) => ({
        name: `${name} on ${data}, rate ${lr}, seed ${seed}`,
        kind: half === 0 ? "training, first half of the test images" : "training, second half of the test images",
        settings: settingsOf(problem, { optimizer: name, hyperparameters, lr, seed }),
        compute: (given: TrainingSettings, surroundings: TrainingSurroundings) =>
          runTraining(given, { ...surroundings, data: withHalf(surroundings.data, half) }),
      })),
    );
  const search = async (lr: number): Promise<TrainingResult> => at(await trainAll(lr, [SEARCH_SEED], 0), 0);
  const first = await search(defaultRate);
  const tried: TriedRate[] = [{ lr: defaultRate, loss: first.loss }];
  const suggested = await testRange(context, candidate, problem);
  for (let i = 0; i < (context.quick ? 1 : TRIES); i++) {
    const lr = nextRate(suggested, tried);
    tried.push({ lr, loss: (await search(lr)).loss });
  }
  const tunedRate = bestRate(tried);
  const scores = async (lr: number | null): Promise<number[]> =>
    lr === null
      ? context.seeds.map(() => 0)
      : (await trainAll(lr, context.seeds, 1)).map(({ accuracy }) => accuracy ?? 0);
  return {
    optimizer: name,
    data,
    defaultRate,
    tunedRate,
    chosenBy: first.accuracy ?? 0,
    defaults: await scores(defaultRate),
    tuned: await scores(tunedRate),
  };
}

/** Returns the learning rate of a range test; the documented one if the test suggests none. */
async function testRange(
  context: ReproductionContext,
  { name, lr, hyperparameters }: Candidate,
  problem: TestProblem,
): Promise<number> {
  const [found] = await context.compute([
    {
      name: `range test of ${name} on ${problem.data}`,
      kind: `range test of ${RANGE_TEST_STEPS} steps`,
      settings: settingsOf(problem, { optimizer: name, hyperparameters, lr, seed: SEARCH_SEED }),
      compute: async (
        { model, modelOptions, data: source = "", seed, batchSize }: TrainingSettings,
        { data, threads, shouldStop }: TrainingSurroundings,
      ) => {
        const given = { data: source, model, optimizer: name, hyperparameters, lr, seed, ...defined({ modelOptions }) };
        const config = resolveConfig(given, data);
        const { chosen } = await findLearningRate({
          network: prepareNetwork(config, data),
          data,
          optimizer: buildOptimizer(config, constant({ base: lr })),
          batchSize: Number(batchSize),
          steps: context.quick ? 20 : RANGE_TEST_STEPS,
          seed,
          threads,
          tune: false,
          shouldStop,
        });
        return { lr: chosen?.lr ?? null };
      },
    },
  ]);
  return found?.lr ?? lr;
}

const settingsOf = (
  { data, settings }: TestProblem,
  more: Pick<TrainingSettings, "optimizer" | "hyperparameters" | "lr" | "seed">,
): TrainingSettings => ({ ...settings, ...more, data, evaluateEvery: settings.epochs });
