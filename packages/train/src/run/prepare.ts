import { adapt, createNetwork, type Model, type Network } from "@downhill/graph";
import { type DataOptions, type DataSet, type OnProgress, openDataSet } from "@downhill/images";
import type { Optimizer } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { checkGroups } from "../config/check-groups.ts";
import type { ConfigFinding } from "../config/findings.ts";
import { buildModel } from "../config/model.ts";
import { buildOptimizer } from "../config/optimizer.ts";
import { pick } from "../config/pick.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { RunPlan } from "../config/run-plan.ts";
import { isPlateau } from "../config/schedule.ts";
import type { GivenConfig } from "../config/schema.ts";
import { dataSettings } from "../config/settings/data.ts";
import { loadPretrained, type PretrainedFacts } from "../pretrained/load-pretrained.ts";
import { fetchPretrained } from "../pretrained/official.ts";
import type { GraphFile } from "../pretrained/onnx-model.ts";
import { type Pretrained, withChannels } from "../pretrained/pretrained.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import { sizeOf } from "../size.ts";
import type { Callback } from "../training/callback.ts";
import { classWeightsOf } from "../training/class-weights.ts";
import type { BatchSize } from "../training/clock.ts";
import { stopEarly } from "../training/early-stopping.ts";
import { followPlateau } from "../training/follow-plateau.ts";
import type { RunEvent } from "./events.ts";

/** Components of a planned training. */
export interface Setup {
  readonly model: Model;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly callbacks: readonly Callback[];
  readonly schedule: object | null;
  readonly batchSize: BatchSize;
  readonly batchSchedule: object | null;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Settings that do not fit the length of the run. */
  readonly findings: readonly ConfigFinding[];
}

const DATA_KEYS = Object.keys(dataSettings) as (keyof typeof dataSettings)[];

/** Images of a configuration. */
export interface OpenedData extends DataSet {
  /** Weights from which the training starts; null without them, and for a run that has begun. */
  readonly pretrained: Pretrained | null;
}

/**
 * Opens the images of a configuration. With pretrained weights, size, channels and normalization are by default those of
 * their training.
 * @param skip folders within the data to ignore
 * @param run facts of the run that was trained on them, whose labels keep their order
 */
export async function openData(
  given: GivenConfig,
  cache: string | undefined,
  emit: (event: RunEvent) => void,
  skip?: readonly string[],
  run?: RunFacts,
): Promise<OpenedData> {
  const classes = run && olderOrder(run.data.classNames);
  const onProgress: OnProgress = (progress) => emit({ kind: "data", ...progress });
  const pretrained =
    given.pretrained === undefined || run ? null : await fetchPretrained(given.pretrained, { onProgress });
  // A run that has begun does not need the file again.
  const known = given.pretrained === undefined ? null : (run?.data ?? pretrained);
  const options = {
    seed: given.seed ?? 0,
    ...imagesAs(known),
    ...defined(pick(given, DATA_KEYS)),
    cache,
    skip,
    classes,
  };
  const data = await openDataSet(given.data, defined(options), onProgress);
  const normalization = known?.normalization ?? data.normalization;
  return { ...data, normalization: withChannels(normalization, data.imageShape[0]), pretrained };
}

/** Returns the options by which images are read in the shape of others. */
function imagesAs(known: Pick<Pretrained, "imageShape"> | null): Pick<DataOptions, "imageSize" | "channels"> {
  if (known === null || known.imageShape === null) return {};
  const [channels, height, width] = known.imageShape;
  return { imageSize: [height, width], ...(channels === 1 || channels === 3 ? { channels } : {}) };
}

/** Returns the classes of an older run, which ordered numbers as text (1, 10, 2); undefined for other runs. */
const olderOrder = (names: readonly string[]): readonly string[] | undefined =>
  names.some((name, i) => Number(name) < Number(names[i - 1])) ? names : undefined;

/**
 * Returns the network of a configuration with its initial weights: those that the data's `pretrained` reads, if there are
 * any.
 * @param data images and labels, with `graph`: the ONNX file that defines the model of a run that has begun
 * @param onPretrained receives the facts about the weights that were read
 * @throws ConfigError for a group of parameters that the model does not have, weights of classes that the data do not have, or weights of another model
 */
export function prepareNetwork(
  config: RunConfig,
  data: DataSet & Partial<Pick<OpenedData, "pretrained">> & { readonly graph?: GraphFile | null },
  onPretrained: (facts: PretrainedFacts) => void = () => {},
): Network {
  const graph = data.pretrained?.graph ?? data.graph ?? null;
  const model = buildModel(config.model, data.imageShape, data.classNames.length, config.modelOptions, graph);
  checkGroups(
    config.groups,
    model.parameters.map(({ name }) => name),
  );
  // Reports unknown classes before anything is searched or written.
  if (config.classWeights !== null) classWeightsOf(config.classWeights, data.train, data.classNames.length);
  const network = newNetwork(model, config.seed, data);
  if (data.pretrained) onPretrained(loadPretrained(network, data.pretrained, data.classNames));
  return network;
}

/**
 * Returns the components of the training of a network.
 * @throws ConfigError for a hyperparameter that is unknown or out of its range
 */
export function prepareTraining(
  { config, lr, batchSize, clock, hyperparameters, partnerHyperparameters, findings }: RunPlan,
  network: Network,
): Setup {
  const callbacks = [
    ...(isPlateau(lr) ? [followPlateau(lr)] : []),
    // The run folder keeps the best weights.
    ...(config.earlyStopping === null ? [] : [stopEarly({ patience: config.earlyStopping, restoreBest: false })]),
  ];
  return {
    model: network.model,
    network,
    optimizer: buildOptimizer({ ...config, hyperparameters, partnerHyperparameters }, lr),
    callbacks,
    schedule: isPlateau(lr) ? null : lr.description,
    batchSize,
    batchSchedule: typeof batchSize === "number" ? null : batchSize.description,
    stepsPerEpoch: clock.epochEnds[0] as number,
    totalSteps: clock.totalSteps,
    findings,
  };
}

/** Maximum number of images, evenly spaced over the set, for initializations that depend on the images. */
const ADAPT_IMAGES = 5000;

function newNetwork(model: Model, seed: number, { train: set, normalization }: DataSet): Network {
  const network = createNetwork(model, { seed });
  const count = Math.min(ADAPT_IMAGES, set.length);
  const size = sizeOf(set.imageShape);
  const images = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) set.read(Math.floor((i * set.length) / count), images, i * size);
  adapt(network, images, normalization);
  return network;
}
