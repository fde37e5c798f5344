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
import { checkOnnxOptions, type GraphFile, ONNX, readOnnxModel } from "../pretrained/onnx-model.ts";
import { findName, plainName } from "./find-name.ts";
import { checkParameterMemory } from "./memory.ts";

type Options = Readonly<Record<string, unknown>>;
type Factory = (imageShape: ImageShape, classes: number, options?: Options) => Model;

const FACTORIES = models as unknown as Readonly<Record<ModelName, Factory>>;

/** Names of papers for a model with options, such as its depth. */
const SHORT: readonly (readonly [RegExp, ModelName, (...parts: string[]) => Record<string, unknown>])[] = [
  [/^(?:resnet)(\d+)$/, "resnet", (depth) => ({ depth: Number(depth) })],
  [/^(?:vgg)(\d+)$/, "vgg", (depth) => ({ depth: Number(depth) })],
  [/^(?:wideresnet|wrn)(\d+)x(\d+)$/, "wideResnet", (depth, k) => ({ depth: Number(depth), widening: Number(k) })],
  [/^(?:mobilenetv3)(large|small)$/, "mobilenetV3", (size) => ({ size })],
];

/** Returns a name without case and hyphens; numbers keep an x between them: `wideresnet16x4`. */
const plain = (name: string): string => plainName(name.replace(/(\d)-(\d)/g, "$1x$2"));

/** Returns the model names that `buildModel` knows, without those that contain a depth. */
export const modelNames = (): ModelName[] => Object.keys(FACTORIES) as ModelName[];

/** Name of a model's function in graph, with the options that a user's name stands for. */
export interface NamedModel {
  readonly model: ModelName;
  readonly options: Options;
}

/**
 * Finds the model of a name: the name of its function in graph, with any hyphens, or a name with a depth, such as
 * `resnet8`, `vgg16`, `wide-resnet-16-4` or `mobilenet_v3_small`. The names `resnet18`, `resnet34` and `resnet50` are
 * those of the networks for ImageNet, and any other `resnet` with a depth is one for small images.
 * @throws ConfigError for an unknown name, with the nearest one
 */
export function modelNamed(name: string): NamedModel {
  const exact = findName(name, modelNames());
  if (exact !== undefined) return { model: exact as ModelName, options: {} };
  for (const [pattern, model, read] of SHORT) {
    const found = pattern.exec(plain(name));
    if (found) return { model, options: read(...found.slice(1)) };
  }
  throw new ConfigError(
    `model = '${name}': ${suggest(name, [...modelNames(), "resnet8", "vgg11", "wide-resnet-16-4"])}`,
  );
}

/**
 * Checks a model's name and options before the images are read.
 * @throws ConfigError for an unknown name or option, with the nearest one, or a value out of its range
 */
export function checkModel(name: string, options: Options = {}): void {
  if (name === ONNX) {
    checkOnnxOptions(options);
    return;
  }
  const named = modelNamed(name);
  forUsers(() => checkModelOptions(named.model, { ...named.options, ...options }));
}

/** True if `buildModel` knows a name. */
export function isModelName(name: string): boolean {
  try {
    return modelNamed(name).model !== undefined;
  } catch {
    return false;
  }
}

/** Networks for photographs. They accept smaller images, of which their first layers leave a pixel. */
const FOR_PHOTOGRAPHS = ["resnet18", "resnet34", "resnet50", "mobilenetV2", "mobilenetV3", "efficientnetB0"];
const SMALLEST_PHOTOGRAPH = 32;

/** Returns the models that suit images of a shape with their default options. */
export const modelsFor = (imageShape: ImageShape): ModelName[] =>
  modelNames().filter((name) => {
    const least = FOR_PHOTOGRAPHS.includes(name) ? SMALLEST_PHOTOGRAPH : smallestSide(name);
    return least <= shorterSide(imageShape);
  });

/** Returns the shorter of height and width. */
export const shorterSide = ([, height, width]: ImageShape): number => Math.min(height, width);

/**
 * Creates a model by its name; see `modelNamed`.
 * @throws ConfigError for an unknown name or option, with the nearest one; for images that are too small for the model,
 * with the models that accept them; for parameters that do not fit into memory
 * @param graph file that defines the model `onnx`; not used for other models
 */
export function buildModel(
  name: string,
  imageShape: ImageShape,
  classes: number,
  options: Options = {},
  graph: GraphFile | null = null,
): Model {
  checkModel(name, options);
  if (name === ONNX) {
    if (graph !== null) return readOnnxModel(graph, imageShape, classes, options).model;
    throw new ConfigError("model = 'onnx': an ONNX file defines this model", {
      code: "unknown-model",
      setting: { path: "model", value: name },
      remedies: [{ set: "pretrained", value: "FILE.onnx" }, { unset: "model" }],
    });
  }
  const named = modelNamed(name);
  const all = { ...named.options, ...options };
  const [least, [, height, width]] = [smallestSide(named.model, all), imageShape];
  if (shorterSide(imageShape) < least) {
    const others = modelsFor(imageShape).filter((other) => other !== named.model);
    throw new ConfigError(
      `model = '${name}': images of ${height} x ${width} are too small. Expected at least ${least} x ${least}, or another model, such as ${others.join(", ")}.`,
      { code: "images-too-small", setting: { path: "model", value: name } },
    );
  }
  const model = forUsers(() => FACTORIES[named.model](imageShape, classes, all));
  checkParameterMemory(model);
  return model;
}

/** Rethrows an error of graph without its line of code: the cause is in the configuration. */
function forUsers<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof GraphError ? new ConfigError(error.reason, { cause: error }) : error;
  }
}
