import { type ImageShape, type Model, models } from "@downhill/graph";
import { suggest } from "@downhill/optim/nearest";
import { TrainError } from "../error.ts";

type Factory = (imageShape: ImageShape, classes: number, options?: Readonly<Record<string, unknown>>) => Model;

const FACTORIES = models as unknown as Readonly<Record<string, Factory>>;

/** Names that stand for a model with options: its depth, as papers write it. */
const SHORT: readonly (readonly [RegExp, string, (...numbers: number[]) => Record<string, number>])[] = [
  [/^(?:resnet)(\d+)$/, "resnet", (depth) => ({ depth })],
  [/^(?:vgg)(\d+)$/, "vgg", (depth) => ({ depth })],
  [/^(?:wideresnet|wrn)(\d+)x(\d+)$/, "wideResnet", (depth, widening) => ({ depth, widening })],
];

/** Names as people write them: `wide-resnet-16-4`, `ResNet8`. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/(\d)-(\d)/g, "$1x$2")
    .replaceAll(/[-_ ]/g, "");

/** The names that `buildModel` knows, without those that say a depth. */
export const modelNames = (): string[] => Object.keys(FACTORIES);

/**
 * Makes a model by its name: that of its function in graph, however it is hyphenated, or with its depth, as in `resnet8`,
 * `vgg16` or `wide-resnet-16-4`.
 * @throws TrainError for an unknown name, with the nearest
 */
export function buildModel(
  name: string,
  imageShape: ImageShape,
  classes: number,
  options: Readonly<Record<string, unknown>> = {},
): Model {
  const exact = modelNames().find((known) => plain(known) === plain(name));
  if (exact !== undefined) return (FACTORIES[exact] as Factory)(imageShape, classes, options);
  for (const [pattern, factory, read] of SHORT) {
    const found = pattern.exec(plain(name));
    if (found)
      return (FACTORIES[factory] as Factory)(imageShape, classes, {
        ...read(...found.slice(1).map(Number)),
        ...options,
      });
  }
  throw new TrainError(
    `model = '${name}': ${suggest(name, [...modelNames(), "resnet8", "vgg11", "wide-resnet-16-4"])}`,
  );
}
