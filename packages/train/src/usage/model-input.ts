import type { RunFacts } from "../run-folder/run-file.ts";

/** Size of a model's images. */
export interface ModelInput {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Returns the size of the images that the model of a run takes. */
export function modelInputOf({ data }: Pick<RunFacts, "data">): ModelInput {
  const [channels, height, width] = data.imageShape;
  return { channels, height, width };
}

/** Lists the names of the classes in the order of the model's outputs: the text of `labels.json`. */
export const labelsJson = (classNames: readonly string[]): string => `${JSON.stringify(classNames, null, 2)}\n`;
