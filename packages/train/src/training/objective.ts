import type { ClassLabels, ClassLoss, Model, ObjectiveOptions, TargetShape, TargetShapes } from "@downhill/graph";
import { checkSource, isStream, type TargetValues } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { TrainError } from "../error.ts";
import { type ClassWeights, classWeightsOf } from "./class-weights.ts";
import type { TrainingImages } from "./data.ts";

/** Loss, targets and metrics of a training, as graph's `compileTrainingStep` takes them. */
export interface TrainObjective<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> {
  /**
   * Loss of a batch, a mean over its images. It receives the outputs of the model by name (a single output is `output`),
   * the normalized `images` and the targets. Or a loss of class labels by its name, such as `"focal"` or
   * `{ kind: "focal", gamma: 3 }`. Default: `"crossEntropy"` of `output` and `labels`. Evaluations of class labels always
   * have the cross-entropy, without class weights.
   */
  readonly loss?: ObjectiveOptions<Name, T, M>["loss"];
  /**
   * Weights of the classes in a loss of class labels: "balanced", "sqrt", or numbers in their order or by name. A batch that is
   * divided into micro-batches has the weighted mean of each. Default: no weights.
   */
  readonly classWeights?: ClassWeights | null | undefined;
  /**
   * Shape of each target for one image, by name, which gives the loss its types. Default: the targets of the training
   * images, if there is a loss or a metric; otherwise the class labels.
   */
  readonly targets?: T;
  /** Further numbers for each batch, by name: means over its images. Lines and evaluations contain their means. */
  readonly metrics?: ObjectiveOptions<Name, T, M>["metrics"];
}

/** Returns the options of an evaluation that concern the loss, without unset ones. */
export function evaluationObjectiveOf(
  { loss: given, targets, metrics }: TrainObjective,
  train: TrainingImages,
): Pick<ObjectiveOptions, "loss" | "targets" | "metrics"> {
  const loss = isOwnLoss(given) ? given : undefined;
  const hasOwnLoss = loss !== undefined || metrics !== undefined;
  return defined({ loss, metrics, targets: targets ?? (hasOwnLoss ? targetShapes(train) : undefined) });
}

/**
 * Returns the options of a training step that concern the loss, without unset ones.
 * @throws ConfigError for class weights that do not fit the images
 */
export function stepObjectiveOf(
  given: TrainObjective,
  train: TrainingImages,
  { classes }: Model,
): Pick<ObjectiveOptions, "loss" | "targets" | "metrics" | "classWeights"> {
  const { loss, classWeights } = given;
  return {
    ...evaluationObjectiveOf(given, train),
    ...defined({ loss, classWeights: classWeights ? classWeightsOf(classWeights, train, classes) : undefined }),
  };
}

/** True if a loss is a function, rather than one of class labels. */
export const isOwnLoss = <Loss>(loss: Loss | ClassLoss | undefined): loss is Exclude<Loss, ClassLoss | undefined> =>
  typeof loss === "function";

/** Returns the shapes of the targets of images; undefined for a stream, which does not declare them. */
function targetShapes(images: TrainingImages): TargetShapes | undefined {
  if (isStream(images)) return undefined;
  const { targets } = checkSource("data.train", images);
  return Object.fromEntries(
    Object.entries(targets).map(([name, { values, shape }]): [string, TargetShape] => [
      name,
      { shape, dtype: values instanceof Int32Array ? "int32" : "float32" },
    ]),
  );
}

/** @throws TrainError for a target with another shape or type than that of the training images */
export function checkTargetShapes({ targets = {} }: TrainObjective, train: TrainingImages): void {
  const known = targetShapes(train) ?? {};
  for (const [name, target] of Object.entries(targets)) {
    const found = known[name];
    // A target that the images lack is an error of its own, with the names that they have.
    if (found === undefined || describeTarget(found) === describeTarget(target)) continue;
    throw new TrainError(
      `targets.${name}: ${describeTarget(target)}. Expected ${describeTarget(found)}, as in data.train. imageSet takes { values, shape } for another shape.`,
    );
  }
}

function describeTarget(target: TargetShape): string {
  const { shape, dtype = "float32" } = "shape" in target ? target : { shape: target };
  return `${dtype} [${shape}]`;
}

/** Names of numbers in every step line. */
const LINE_KEYS = ["step", "epoch", "loss", "accuracy", "batchSize", "gradientNorm", "noiseScale"];

/** @throws TrainError for a metric with the name of another number of a step line */
export function checkMetricNames({ metrics }: TrainObjective, hyperparameters: readonly string[]): void {
  const taken = Object.keys(metrics ?? {}).find((name) => LINE_KEYS.includes(name) || hyperparameters.includes(name));
  if (taken === undefined) return;
  throw new TrainError(`metrics.${taken}: step lines have a number of this name. Rename the metric.`);
}

/** True if the loss is one of class labels. */
export const isClassification = ({ loss }: TrainObjective, { classes }: Model): boolean =>
  !isOwnLoss(loss) && classes > 0;

/**
 * Returns the targets of a batch that a program takes.
 * @param place name of the images, for errors
 * @throws TrainError for a missing target
 */
export function pickTargets(
  place: string,
  names: readonly string[],
  targets: Readonly<Record<string, TargetValues>>,
): Record<string, TargetValues> {
  const missing = names.find((name) => !Object.hasOwn(targets, name));
  if (missing !== undefined) {
    const known = Object.keys(targets).join(", ") || "none";
    throw new TrainError(
      `${place}: the images have no target '${missing}'. Expected ${names.join(", ")}. Their targets: ${known}.`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, targets[name] as TargetValues]));
}

/** Names of the targets of a training. */
export const targetNames = (targets: TargetShapes | undefined, { classes }: Model): readonly string[] =>
  Object.keys(targets ?? (classes > 0 ? ({ labels: { shape: [], dtype: "int32" } } satisfies ClassLabels) : {}));
