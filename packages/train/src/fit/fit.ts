import type { ClassLabels, Network, TargetShapes } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";
import type { ImageShape } from "@downhill/optim/image";
import { checkNetwork, checkObject } from "../check-arguments.ts";
import { depthGroups } from "../config/depth-groups.ts";
import { buildOptimizer } from "../config/optimizer.ts";
import { type DataFacts, knownRate, resolveConfig } from "../config/resolve.ts";
import { type PlannedData, planRun, type RunPlan } from "../config/run-plan.ts";
import { isPlateau } from "../config/schedule.ts";
import type { GivenConfig } from "../config/schema.ts";
import { createProgress, type ProgressStream } from "../progress/progress.ts";
import { findLearningRate } from "../range-test/find.ts";
import type { FinderResult } from "../range-test/result.ts";
import { rateText } from "../range-test/words.ts";
import { rateSource } from "../search/rate-source.ts";
import { compilingOfConfig, shortTraining } from "../search/short-training-options.ts";
import type { ShortTrainingOptions } from "../short-training/options.ts";
import type { Callback } from "../training/callback.ts";
import { clockOf } from "../training/clock.ts";
import { checkData, epochLength, type TrainData } from "../training/data.ts";
import { stopEarly } from "../training/early-stopping.ts";
import { followPlateau } from "../training/follow-plateau.ts";
import { isOwnLoss } from "../training/objective.ts";
import { clockOptionsOf, trainerSettings } from "../training/options.ts";
import type { TrainResult } from "../training/result.ts";
import { train } from "../training/train.ts";
import { collectHistory, type History, printProgress } from "./history.ts";
import { type FitOptions, readFitOptions } from "./options.ts";

/** Result of `fit`. */
export interface FitResult extends TrainResult {
  readonly history: History;
  /** Learning rate, or the peak of its schedule; null if the optimizer has one of its own. */
  readonly lr: number | null;
  /** Range test that found the learning rate; null if there was none. */
  readonly finder: FinderResult | null;
}

/** Evaluations without improvement after which a training ends. */
const PATIENCE = 10;

/**
 * Trains a network of one's own as `downhill train` trains one of the library: with the recipe's settings where none are
 * given, a range test for the learning rate before a training of at least 200 steps, a progress line, and early stopping
 * (patience 10) if there are validation images. Afterwards the network holds the weights with the lowest validation loss,
 * or the last ones without validation images.
 *
 * The settings have the command line's names. A loss, targets or metrics are those of `train`; images of a training with a
 * loss of its own, and images of float32, are not augmented by default.
 * @throws ConfigError for an unknown option, or a value out of its range
 * @throws TrainError for images that do not fit the network; DivergedError for a loss or a gradient that is not finite
 * @example
 * const data = await openDataSet("sample");
 * const network = createNetwork(lenet(data.imageShape, data.classNames.length), { seed: 1 });
 * const { evaluation, history } = await fit(network, data, { optimizer: adamw, epochs: 2 });
 */
export async function fit<Name extends string = string, T extends TargetShapes = ClassLabels, M extends string = never>(
  named: Network<Name>,
  data: TrainData,
  given: FitOptions<Name, T, M> = {},
): Promise<FitResult> {
  checkNetwork("fit", named);
  checkObject("fit: data", data, "{ train, validation } with the images of a data set or of imageSet");
  checkObject("fit: the options", given, "an object, such as { epochs: 2 }");
  // The names only give the loss and the metrics their types.
  const [network, options] = [named as unknown as Network, given as unknown as FitOptions];
  checkData(data, network.model);
  const { given: settings, optimizer: own } = readFitOptions(network, data, options);
  const stream = options.progress === false ? null : (options.progress ?? process.stderr);
  const facts = factsOf(data, options);
  const resolved = resolveConfig(settings, facts);
  const groups = depthGroups(resolved.groups, network.model, resolved.lrDepth);
  const planned = planRun({ ...resolved, groups }, facts);
  const shared = { ...trainerSettings(planned.config), ...compilingOfConfig(planned.config), ...objective(options) };
  const search = { settings, planned, facts, shared: { ...shared, network, data }, stream };
  const finder = own ? null : await searchRate(search);
  const plan = finder?.chosen ? planRun({ ...planned.config, lr: finder.chosen.lr }, facts) : planned;
  const { config, hyperparameters, partnerHyperparameters, lr, batchSize } = plan;
  const optimizer = own ?? buildOptimizer({ ...config, hyperparameters, partnerHyperparameters }, lr);
  const { callback, history } = collectHistory();
  const training = { ...shared, network, data, optimizer, epochs: config.epochs, batchSize };
  const progress = stream && createProgress({ total: clockOf(clockOptionsOf(training)).totalSteps, stream });
  const callbacks: Callback[] = [
    ...(own === null && isPlateau(lr) ? [followPlateau(lr)] : []),
    ...(data.validation ? [stopEarly(config.earlyStopping ?? PATIENCE)] : []),
    callback,
    ...(options.callbacks ?? []),
    ...(progress ? [printProgress(progress, config.epochs)] : []),
  ];
  try {
    const result = await train({ ...training, callbacks });
    return { ...result, history, lr: own ? null : config.lr, finder };
  } finally {
    progress?.end();
  }
}

/** Returns the options that the training and its range test share. */
const objective = ({ loss, classWeights, targets, metrics, trains, sampler, shouldStop }: FitOptions) =>
  defined({ loss: isOwnLoss(loss) ? loss : undefined, classWeights, targets, metrics, trains, sampler, shouldStop });

/** Returns the facts on which the defaults and the length of a training depend. */
function factsOf(data: TrainData, { sampler }: FitOptions): DataFacts & PlannedData {
  const { validation = null, test = null } = data;
  const { imageShape } = data.train;
  return {
    // Recipes are for images. Other inputs have the general settings.
    imageShape: imageShape.length === 3 ? (imageShape as ImageShape) : [1, 1, 1],
    train: { length: epochLength(data.train, sampler) },
    validation,
    test,
  };
}

interface Search {
  readonly settings: GivenConfig;
  readonly planned: RunPlan;
  readonly facts: DataFacts;
  readonly shared: Pick<ShortTrainingOptions, "network" | "data">;
  readonly stream: ProgressStream | null;
}

/** Runs the range test if the learning rate comes from one. */
async function searchRate({ settings, planned, facts, shared, stream }: Search): Promise<FinderResult | null> {
  const { config, clock } = planned;
  const source = rateSource(settings, config, clock.totalSteps);
  if (source.kind !== "search") return null;
  const { steps } = source;
  const { optimizer, batchSize } = shortTraining(planned);
  const progress = stream && createProgress({ total: steps, stream, title: "range test: step" });
  const finder = await findLearningRate({
    ...shared,
    ...defined({ known: knownRate(settings, config, facts) ?? undefined }),
    optimizer,
    batchSize,
    steps,
    onProgress: ({ lr, smoothed }) => progress?.step({ "learning rate": lr, loss: smoothed }),
  });
  const { chosen, refusal } = finder;
  progress?.print(
    chosen
      ? `learning rate ${rateText(chosen.lr)}: ${chosen.why}`
      : `learning rate ${rateText(config.lr)}, the default: ${refusal}`,
  );
  return finder;
}
