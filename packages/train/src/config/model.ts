import { type ImageShape, type Model, models } from "@downhill/graph";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError } from "../error.ts";
import { findName, plainName } from "./find-name.ts";

type Factory = (imageShape: ImageShape, classes: number, options?: Readonly<Record<string, unknown>>) => Model;

const FACTORIES = models as unknown as Readonly<Record<string, Factory>>;

/** Names that stand for a model with options: its depth, as papers write it. */
const SHORT: readonly (readonly [RegExp, string, (...numbers: number[]) => Record<string, number>])[] = [
  [/^(?:resnet)(\d+)$/, "resnet", (depth) => ({ depth })],
  [/^(?:vgg)(\d+)$/, "vgg", (depth) => ({ depth })],
  [/^(?:wideresnet|wrn)(\d+)x(\d+)$/, "wideResnet", (depth, widening) => ({ depth, widening })],
];

/** Names as people write them: `wide-resnet-16-4`, `ResNet8`. */
const plain = (name: string): string => plainName(name.replace(/(\d)-(\d)/g, "$1x$2"));

/** The names that `buildModel` knows, without those that say a depth. */
export const modelNames = (): string[] => Object.keys(FACTORIES);

/**
 * What makes a model by its name: that of its function in graph, however it is hyphenated, or with its depth, as in
 * `resnet8`, `vgg16` or `wide-resnet-16-4`.
 * @throws ConfigError for an unknown name, with the nearest
 */
export function modelNamed(name: string): Factory {
  const exact = findName(name, modelNames());
  if (exact !== undefined) return FACTORIES[exact] as Factory;
  for (const [pattern, factory, read] of SHORT) {
    const found = pattern.exec(plain(name));
    if (!found) continue;
    const short = read(...found.slice(1).map(Number));
    return (imageShape, classes, options) =>
      (FACTORIES[factory] as Factory)(imageShape, classes, { ...short, ...options });
  }
  throw new ConfigError(
    `model = '${name}': ${suggest(name, [...modelNames(), "resnet8", "vgg11", "wide-resnet-16-4"])}`,
  );
}

/**
 * Makes a model by its name; see `modelNamed`.
 * @throws ConfigError for an unknown name, with the nearest
 */
export const buildModel = (
  name: string,
  imageShape: ImageShape,
  classes: number,
  options: Readonly<Record<string, unknown>> = {},
): Model => modelNamed(name)(imageShape, classes, options);
