import { checkName } from "../core/check.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { ValueInfo } from "../core/values.ts";
import { GraphError } from "../error.ts";
import { checkOptions } from "../model/check-network.ts";
import type { Model, ModelGraph } from "../model/model.ts";
import { OUTPUT, type OutputTensors } from "../model/outputs.ts";
import { STEP } from "../model/scope.ts";
import { correct } from "../ops/correct.ts";
import { IMAGES } from "./batch.ts";
import {
  type CheckedClassLoss,
  type ClassLoss,
  checkClassLoss,
  classLoss,
  isClassLoss,
  OTHER_LABELS,
  SHARE,
} from "./class-loss.ts";
import { buildMetrics, checkFunction, checkScalar, namedValues } from "./loss-function.ts";
import { CLASS_LABELS, inputsFor, LABELS, type TargetShapes, targetInfos } from "./targets.ts";

/** Tensors that a loss or a metric is computed from, by name: outputs of the model, normalized images, and targets. */
export type LossTensors<Name extends string, T extends TargetShapes> = OutputTensors<Name> & {
  readonly [IMAGES]: Tensor;
} & { readonly [K in keyof T]: Tensor };

/** Computes a number, a tensor of the shape [], from the tensors of a batch. */
export type LossFunction<Name extends string = string, T extends TargetShapes = TargetShapes> = (
  tensors: LossTensors<Name, T>,
) => Tensor;

/** Loss and metrics of a step or an evaluation. */
export interface ObjectiveOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> {
  /**
   * Shape of each target for one image, by name, float32 unless `{ shape, dtype }`. Default: the class labels of a
   * classifier, `{ labels: { shape: [], dtype: "int32" } }`, and no target for other models.
   */
  readonly targets?: T;
  /**
   * Loss of a batch, a single number. It receives the outputs of the model by name (a single output is `output`), the
   * normalized `images` and the targets. Or a loss of class labels by its name, such as `"focal"`. Default: `"crossEntropy"`
   * of `output` and `labels`.
   */
  readonly loss?: LossFunction<Name, T> | ClassLoss;
  /** Further numbers to compute for each batch, by name. They receive the same tensors, and are not differentiated. */
  readonly metrics?: Readonly<Record<M, LossFunction<Name, T>>>;
  /**
   * Weight of each class in a loss of class labels, each above 0. The loss is divided by the sum of the weights of the batch,
   * as in PyTorch. Default: no weights.
   */
  readonly classWeights?: readonly number[] | undefined;
  /** Share of the target that a loss of class labels spreads evenly over all classes, 0 to 1; default 0. */
  readonly labelSmoothing?: number;
  /** Accepts images that are mixed from two, as by mixup and CutMix, and have two labels. For losses of class labels. Default false. */
  readonly mixed?: boolean;
}

/** Names of outputs. */
export const LOSS = "loss";
export const CORRECT = "correct";
export const metricOutput = (name: string): string => `metric ${name}`;

const EXAMPLES = { targets: "{ angle: [1] }", metrics: "{ error: ({ output, angle }) => ops.l1(output, angle) }" };

/** Checked loss and metrics of a model. */
export interface Objective {
  readonly targets: readonly ValueInfo[];
  readonly mixed: boolean;
  /** Number of classes that labels are checked against; null if the loss is not the default. */
  readonly classes: number | null;
  readonly metrics: readonly string[];
  /**
   * Builds the loss, the metrics and the correct count of a batch.
   * @param images normalized images
   * @returns `loss`, which is null only if the objective may have none
   * @throws GraphError if the loss or a metric is no single number
   */
  build(graph: ModelGraph, images: Tensor, batchSize: number): { loss: Tensor | null; others: Record<string, Tensor> };
}

/**
 * Checks the loss, targets and metrics of a model.
 * @param isOptional true if metrics alone are enough, for a model without a default loss
 * @throws GraphError for options that do not match the model or each other
 */
export function objectiveOf<Name extends string, T extends TargetShapes, M extends string>(
  model: Model<Name>,
  options: ObjectiveOptions<Name, T, M>,
  isOptional = false,
): Objective {
  for (const name of ["targets", "metrics"] as const) {
    if (options[name] !== undefined) checkOptions(model.name, options[name], EXAMPLES[name], `${name} is`);
  }
  const { loss: stated, labelSmoothing = 0, mixed = false, classWeights } = options;
  const named = isClassLoss(stated) ? stated : undefined;
  const given = isClassLoss(stated) ? undefined : stated;
  const metrics: Readonly<Record<string, unknown>> = options.metrics ?? {};
  const shapes = options.targets ?? (model.classes > 0 ? CLASS_LABELS : {});
  const targets = targetInfos(model.name, shapes, takenNames(model, mixed));
  const labels = targets.find(({ name, shape, dtype }) => name === LABELS && shape.length === 0 && dtype === "int32");
  const isDefault = !given && (!isOptional || (model.classes > 0 && labels !== undefined));
  if (given) refuseClassifierOptions(model.name, { labelSmoothing, mixed, classWeights });
  if (named !== undefined && model.classes === 0) {
    const kind = typeof named === "string" ? named : named.kind;
    throw new GraphError(
      `${model.name}: the loss '${kind}' needs class labels, and the model has no classes. Expected a function of the batch's tensors.`,
    );
  }
  if (isDefault) checkDefault(model, labels !== undefined);
  const checked: CheckedClassLoss | null = isDefault
    ? checkClassLoss(model.name, model.classes, { loss: named, labelSmoothing, mixed, classWeights })
    : null;
  if (given) checkFunction(model.name, "loss", given);
  for (const [name, metric] of Object.entries(metrics)) {
    checkName(model.name, "metric", name);
    checkFunction(model.name, `metric '${name}'`, metric);
  }
  const counts = labels !== undefined && isLogits(Object.values<Shape>(model.outputs));

  return {
    targets,
    mixed,
    classes: isDefault ? model.classes : null,
    metrics: Object.keys(metrics),
    build(graph, images, batchSize) {
      const inputs = inputsFor(targets, batchSize);
      const tensors = namedValues(model.name, { ...graph.outputs, [IMAGES]: images, ...inputs });
      const label = inputs[LABELS] as Tensor;
      const own = given && checkScalar(model.name, "loss", given(tensors as LossTensors<Name, T>));
      const loss = own ?? (checked ? classLoss(graph.output, label, checked) : null);
      const others: Record<string, Tensor> = counts ? { [CORRECT]: correct(graph.output, label) } : {};
      for (const [name, metric] of Object.entries(buildMetrics(model.name, metrics, tensors))) {
        others[metricOutput(name)] = metric;
      }
      return { loss, others };
    },
  };
}

const isLogits = (outputs: readonly Shape[]): boolean => outputs.length === 1 && outputs[0]?.length === 1;

/** Names that a target must not have. */
const takenNames = ({ outputs, parameters, buffers }: Model, mixed: boolean): ReadonlySet<string> =>
  new Set([
    ...Object.keys(outputs),
    ...[...parameters, ...buffers].map(({ name }) => name),
    ...[OUTPUT, IMAGES, STEP, LOSS, CORRECT],
    ...(mixed ? [OTHER_LABELS, SHARE] : []),
  ]);

function checkDefault({ name, classes }: Model, hasLabels: boolean): void {
  if (classes === 0)
    throw new GraphError(`${name}: the model has no classes, and so no default loss. Expected a loss.`);
  if (hasLabels) return;
  throw new GraphError(
    `${name}: the default loss needs the target labels, { shape: [], dtype: "int32" }. Add it, or pass a loss.`,
  );
}

function refuseClassifierOptions(
  name: string,
  {
    labelSmoothing = 0,
    mixed = false,
    classWeights,
  }: Pick<ObjectiveOptions, "labelSmoothing" | "mixed" | "classWeights">,
): void {
  const option =
    labelSmoothing !== 0 ? "labelSmoothing" : mixed ? "mixed" : classWeights !== undefined ? "classWeights" : null;
  if (option === null) return;
  throw new GraphError(`${name}: ${option} is an option of the default loss. Leave it out, or apply it in the loss.`);
}
