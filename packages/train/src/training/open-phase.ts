import {
  compileEvaluation,
  compileTrainingStep,
  type NameMatch,
  type Network,
  splitModel,
  summary,
} from "@downhill/graph";
import type { ImageSource } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { checkStepMemory } from "../config/memory.ts";
import { AverageStatistics } from "./average-statistics.ts";
import { defaultLargestPart, evaluationBatchOf, evaluationSizes, trainingSizes } from "./batch-sizes.ts";
import { Batches } from "./batches.ts";
import { imagesPerStep } from "./clock.ts";
import { compilingOf } from "./compiling.ts";
import { normalizationOf, type TrainData } from "./data.ts";
import { computeFeatures } from "./features.ts";
import { onlyTraining } from "./freeze.ts";
import { evaluationObjectiveOf, stepObjectiveOf, targetNames } from "./objective.ts";
import { clockOptionsOf, type TrainOptions } from "./options.ts";
import { type Phase, trainedHead } from "./phases.ts";
import { batchesOf, type MicroBatch } from "./plan.ts";
import { evaluationSet, type TrainingParts } from "./training-parts.ts";

/** Network, images and options of a phase. */
interface PhaseView extends Pick<TrainOptions, "augment"> {
  readonly network: Network;
  readonly data: TrainData;
  readonly trains: NameMatch | undefined;
}

/**
 * Compiles the programs of a phase and binds its optimizer.
 * @param epoch first epoch to train in the phase
 */
export async function openPhase(options: TrainOptions, phase: Phase, epoch: number): Promise<TrainingParts> {
  const { network, labelSmoothing = 0, seed = 0, freezeBatchNorm } = options;
  const largestPart = options.largestPart ?? defaultLargestPart(network.model);
  const view = phase.name === "head" ? await onFeatures(options, largestPart) : options;
  const { data, augment = [], trains } = view;
  const normalization = normalizationOf(data);
  const compiling = defined({ ...compilingOf(options), normalization });
  const objective = stepObjectiveOf(options, options.data.train, network.model);
  const mixed = augment.some(({ kind }) => kind === "mixup" || kind === "cutmix");
  const clock = clockOptionsOf(options);
  const count = Math.min(imagesPerStep(clock, epoch), clock.length);
  const [[part]] = batchesOf({ epoch, from: 0, count }, clock, largestPart) as [[MicroBatch]];
  if (phase.name === "all") checkStepMemory(summary(network.model).totals.memory, part.count);
  const laterSizes = trainingSizes(clock, largestPart);
  const stepOptions = { batchSize: part.count, laterSizes, labelSmoothing, mixed, seed, trains, freezeBatchNorm };
  const step = await compileTrainingStep(view.network, { ...stepOptions, ...objective, ...compiling });
  try {
    const evaluationBatch = evaluationBatchOf(largestPart);
    const evaluated = [data.validation, data.test, options.order === "easy-first" ? data.train : null];
    const inference = await compileEvaluation(view.network, {
      batchSize: evaluationBatch,
      laterSizes: evaluationSizes(
        evaluated.flatMap((set) => set?.length ?? []),
        evaluationBatch,
      ),
      ...evaluationObjectiveOf(options, options.data.train),
      ...compiling,
    });
    const { sampler } = options;
    const batches = new Batches(data.train, { ...clock, largestPart, seed, augment, normalization, sampler });
    const optimizer = onlyTraining(options.optimizer, network, trains);
    const statisticsOptions = { ...compiling, seed, trains, batchSize: evaluationBatch };
    // A frozen batch norm keeps its statistics.
    const statistics =
      phase.name === "head" || freezeBatchNorm
        ? null
        : AverageStatistics.prepare(network, optimizer, data.train, statisticsOptions);
    const updater = optimizer.bind(network.parameters, { seed });
    const targets = targetNames(objective.targets, network.model);
    return { step, inference, batches, updater, statistics, data, largestPart, evaluationBatch, targets };
  } catch (error) {
    await step.dispose();
    throw error;
  }
}

/** Computes the features of the frozen body, and returns the head with these as its images. */
async function onFeatures(options: TrainOptions, largestPart: number): Promise<PhaseView> {
  const { network, data, onFeatures: onProgress } = options;
  const trains = trainedHead(options, network.model);
  const { body, head } = splitModel(network.model, trains);
  const held = evaluationSet(data);
  const train = data.train as ImageSource;
  const total = train.length + (held?.set.length ?? 0);
  const batchSize = evaluationBatchOf(largestPart);
  const features = (images: ImageSource, before: number): Promise<ImageSource> =>
    computeFeatures(network, body, images, {
      batchSize,
      laterSizes: evaluationSizes([images.length], batchSize),
      ...defined({ normalization: normalizationOf(data) }),
      ...compilingOf(options),
      onProgress: (done) => onProgress?.(before + done, total),
    });
  return {
    network: { ...network, model: head },
    trains,
    augment: [],
    data: {
      train: await features(train, 0),
      ...(held && { [held.part]: await features(held.set, train.length) }),
    },
  };
}
