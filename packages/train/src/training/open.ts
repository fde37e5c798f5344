import { compileEvaluation, compileTrainingStep, summary } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";
import { checkStepMemory } from "../config/memory.ts";
import { AverageStatistics } from "./average-statistics.ts";
import { defaultLargestPart, evaluationBatchOf, evaluationSizes, trainingSizes } from "./batch-sizes.ts";
import { Batches } from "./batches.ts";
import { clockOf, imagesPerStep } from "./clock.ts";
import { compilingOf } from "./compiling.ts";
import { normalizationOf } from "./data.ts";
import { onlyTraining } from "./freeze.ts";
import { evaluationObjectiveOf, stepObjectiveOf, targetNames } from "./objective.ts";
import { OpenTraining } from "./open-training.ts";
import { checkOptions, clockOptionsOf, samplerOf, type TrainOptions } from "./options.ts";
import { batchesOf, type MicroBatch, START } from "./plan.ts";
import { withWarmAverage } from "./warm-average.ts";

/** Compiles the programs of a training and restores its starting position. */
export async function open(given: TrainOptions): Promise<OpenTraining> {
  checkOptions(given);
  const clock = clockOptionsOf(given);
  const trained = onlyTraining(given.optimizer, given.network, given.trains);
  const options = {
    ...given,
    sampler: samplerOf(given),
    optimizer: withWarmAverage(trained, clockOf(clock).totalSteps),
  };
  const { network, data, augment = [], labelSmoothing = 0, seed = 0, from } = options;
  const normalization = normalizationOf(data);
  const compiling = defined({ ...compilingOf(options), normalization });
  const objective = stepObjectiveOf(options, data.train, network.model);
  const largestPart = options.largestPart ?? defaultLargestPart(network.model);
  const mixed = augment.some(({ kind }) => kind === "mixup" || kind === "cutmix");
  const { epoch } = from?.position ?? START;
  const count = Math.min(imagesPerStep(clock, epoch), clock.length);
  const [[part]] = batchesOf({ epoch, from: 0, count }, clock, largestPart) as [[MicroBatch]];
  checkStepMemory(summary(network.model).totals.memory, part.count);
  const laterSizes = trainingSizes(clock, largestPart);
  const stepOptions = { batchSize: part.count, laterSizes, labelSmoothing, mixed, seed, trains: options.trains };
  const step = await compileTrainingStep(network, { ...stepOptions, ...objective, ...compiling });
  let training: OpenTraining | undefined;
  try {
    const evaluationBatch = evaluationBatchOf(largestPart);
    const evaluated = [data.validation, data.test, options.order === "easy-first" ? data.train : null];
    const inference = await compileEvaluation(network, {
      batchSize: evaluationBatch,
      laterSizes: evaluationSizes(
        evaluated.flatMap((set) => set?.length ?? []),
        evaluationBatch,
      ),
      ...evaluationObjectiveOf(options, data.train),
      ...compiling,
    });
    const batches = new Batches(data.train, {
      ...clock,
      largestPart,
      seed,
      augment,
      normalization,
      sampler: options.sampler,
    });
    const statisticsOptions = { ...compiling, seed, trains: options.trains, batchSize: evaluationBatch };
    const statistics = AverageStatistics.prepare(network, options.optimizer, data.train, statisticsOptions);
    const updater = options.optimizer.bind(network.parameters, { seed });
    const targets = targetNames(objective.targets, network.model);
    const parts = { step, inference, batches, updater, statistics, largestPart, evaluationBatch, targets };
    training = new OpenTraining(options, parts);
    if (from) training.restore(from);
    await batches.start(training.position, training.order);
    return training;
  } catch (error) {
    await (training?.close() ?? step.dispose());
    throw error;
  }
}
