import {
  checkModelOptions,
  GraphError,
  type ImageShape,
  type Model,
  type ModelName,
  models,
  smallestSide,
} from "@downhill/graph";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError } from "../error.ts";
import { findName, plainName } from "./find-name.ts";
import { checkParameterMemory } from "./memory.ts";

type Options = Readonly<Record<string, unknown>>;
type Factory = (imageShape: ImageShape, classes: number, options?: Options) => Model;

const FACTORIES = models as unknown as Readonly<Record<ModelName, Factory>>;

/** Names that stand for a model with options: its depth, as papers write it. */
const SHORT: readonly (readonly [RegExp, ModelName, (...numbers: number[]) => Record<string, number>])[] = [
  [/^(?:resnet)(\d+)$/, "resnet", (depth) => ({ depth })],
  [/^(?:vgg)(\d+)$/, "vgg", (depth) => ({ depth })],
  [/^(?:wideresnet|wrn)(\d+)x(\d+)$/, "wideResnet", (depth, widening) => ({ depth, widening })],
];

/** Names as people write them: `wide-resnet-16-4`, `ResNet8`. */
const plain = (name: string): string => plainName(name.replace(/(\d)-(\d)/g, "$1x$2"));

/** The names that `buildModel` knows, without those that say a depth. */
export const modelNames = (): ModelName[] => Object.keys(FACTORIES) as ModelName[];

/** A model by name: that of its function in graph, and the options that the name stands for. */
interface NamedModel {
  readonly model: ModelName;
  readonly options: Options;
}

/**
 * The model of a name: that of its function in graph, however it is hyphenated, or with its depth, as in `resnet8`,
 * `vgg16` or `wide-resnet-16-4`.
 * @throws ConfigError for an unknown name, with the nearest
 */
function modelNamed(name: string): NamedModel {
  const exact = findName(name, modelNames());
  if (exact !== undefined) return { model: exact as ModelName, options: {} };
  for (const [pattern, model, read] of SHORT) {
    const found = pattern.exec(plain(name));
    if (found) return { model, options: read(...found.slice(1).map(Number)) };
  }
  throw new ConfigError(
    `model = '${name}': ${suggest(name, [...modelNames(), "resnet8", "vgg11", "wide-resnet-16-4"])}`,
  );
}

/**
 * Checks a model's name and options, for which no images are needed.
 * @throws ConfigError for an unknown name or option, with the nearest, or a value out of its range
 */
export function checkModel(name: string, options: Options = {}): void {
  const named = modelNamed(name);
  forUsers(() => checkModelOptions(named.model, { ...named.options, ...options }));
}

/** The models that take images of a shape with their default options. */
export const modelsFor = (imageShape: ImageShape): ModelName[] =>
  modelNames().filter((name) => smallestSide(name) <= shorterSide(imageShape));

export const shorterSide = ([, height, width]: ImageShape): number => Math.min(height, width);

/**
 * Makes a model by its name; see `modelNamed`.
 * @throws ConfigError for an unknown name or option, with the nearest, for images that are too small for the model, with
 * the models that take them, and for more parameters than memory holds
 */
export function buildModel(name: string, imageShape: ImageShape, classes: number, options: Options = {}): Model {
  checkModel(name, options);
  const named = modelNamed(name);
  const all = { ...named.options, ...options };
  const [least, [, height, width]] = [smallestSide(named.model, all), imageShape];
  if (shorterSide(imageShape) < least) {
    const others = modelsFor(imageShape).filter((other) => other !== named.model);
    throw new ConfigError(
      `model = '${name}': images of ${height} x ${width} are too small: expected at least ${least} x ${least}: use another model, such as ${others.join(", ")}`,
    );
  }
  const model = forUsers(() => FACTORIES[named.model](imageShape, classes, all));
  checkParameterMemory(model);
  return model;
}

/** Without the line of code of a graph's errors: what is wrong stands in the configuration. */
function forUsers<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof GraphError ? new ConfigError(error.reason, { cause: error }) : error;
  }
}
