import { isStream } from "@downhill/images";
import { suggest } from "@downhill/optim/nearest";
import { COUNTED_WEIGHTS, type CountedWeights } from "../config/settings/values.ts";
import { ConfigError } from "../error.ts";

/**
 * Weights of the classes in the loss:
 * - "balanced": `images / (classes * images of the class)`, so that each class has the same total weight, as in scikit-learn
 * - "sqrt": the square root of these weights
 * - numbers in the order of the classes, or by class name; the weight of a class without a number is 1
 */
export type ClassWeights = CountedWeights | readonly number[] | Readonly<Record<string, number>>;

/** Images with the class of each, such as a training part. */
export interface LabeledImages {
  readonly length: number;
  readonly labels?: ArrayLike<number> | undefined;
  readonly classNames?: readonly string[] | undefined;
}

/**
 * Returns the weight of each class.
 * @param images training images with their labels, whose classes the weights count or name
 * @param classes number of classes of the model
 * @throws ConfigError for an unknown class, a weight that is not above 0, or images without labels to count
 */
export function classWeightsOf(given: ClassWeights, images: LabeledImages, classes: number): number[] {
  if (typeof given === "string") return countedWeights(given, images, classes);
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return checkedList(Array.from(given as number[]), classes);
  if (typeof given !== "object" || given === null) throw invalid("classWeights", given);
  const names = Array.from({ length: classes }, (_, k) => images.classNames?.[k] ?? String(k));
  for (const [name, weight] of Object.entries(given)) {
    if (!names.includes(name)) {
      throw new ConfigError(`classWeights: there is no class '${name}': ${suggest(name, names)}`, {
        setting: { path: "classWeights", value: given },
      });
    }
    if (!isWeight(weight)) throw invalid(`classWeights.${name}`, weight, "a number above 0");
  }
  const weights = new Map(Object.entries(given as Readonly<Record<string, number>>));
  return names.map((name) => weights.get(name) ?? 1);
}

function countedWeights(given: string, images: LabeledImages, classes: number): number[] {
  if (!COUNTED_WEIGHTS.includes(given as CountedWeights)) throw invalid("classWeights", given);
  const { labels } = images;
  if (labels === undefined || labels.length === 0) {
    const what = isStream(images) ? "a stream" : "images without class labels";
    throw new ConfigError(
      `classWeights = '${given}': it counts the training images of each class, and data.train is ${what}. Expected one number for each class.`,
    );
  }
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label >= 0 && label < classes) counts[label] = (counts[label] as number) + 1;
  }
  const present = counts.filter((count) => count > 0).length;
  // A class without training images has no loss to weight.
  const balanced = counts.map((count) => (count === 0 ? 1 : labels.length / (present * count)));
  return given === "sqrt" ? balanced.map(Math.sqrt) : balanced;
}

function checkedList(weights: readonly number[], classes: number): number[] {
  if (weights.length !== classes) {
    throw new ConfigError(`classWeights has ${weights.length} numbers. Expected ${classes}, one for each class.`);
  }
  const wrong = weights.findIndex((weight) => !isWeight(weight));
  if (wrong >= 0) throw invalid(`classWeights[${wrong}]`, weights[wrong], "a number above 0");
  return [...weights];
}

const isWeight = (weight: unknown): boolean =>
  typeof weight === "number" && weight > 0 && weight < Number.POSITIVE_INFINITY;

const invalid = (
  path: string,
  value: unknown,
  expected = '"balanced", "sqrt", or a number above 0 for each class',
): ConfigError =>
  new ConfigError(`${path} = ${JSON.stringify(value) ?? String(value)}: expected ${expected}`, {
    code: "invalid-value",
    setting: { path, value, expected },
  });
