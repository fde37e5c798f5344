import { builtIns } from "@downhill/images";
import { count } from "@downhill/train/plots";
import type { ReproductionContext } from "./context.ts";

/** Describes the training images of a reproduction: "at most 5,000 images of Fashion-MNIST". */
export const trainedOn = ({ data, trainImages }: ReproductionContext): string =>
  `at most ${count(trainImages)} images of ${Object.hasOwn(builtIns, data) ? builtIns[data]?.title : data}`;
