import type { Reproduction } from "../reproduction.ts";
import { trainedOn } from "../running/trained-on.ts";
import { criticalBatch } from "./critical-batch-claims.ts";
import { equalNoise } from "./equal-noise-claims.ts";
import { growingNoise } from "./growing-noise-claims.ts";

/** Noise scale of rate and batch size (Smith and Le), and the gradient noise scale (McCandlish et al.). */
export const noiseScale: Reproduction = {
  name: "noise-scale",
  title: "An empirical model of large-batch training",
  paper: "https://arxiv.org/abs/1812.06162",
  summary:
    "Learning rate times images over batch size is the one number that matters, and the gradient noise scale predicts the critical batch size.",
  trainings: { data: "fashion-mnist", trainImages: 4000, testImages: 2000, seeds: 3, minutes: 5 },
  async run(context) {
    const parts = [await equalNoise(context), await growingNoise(context), await criticalBatch(context)];
    return {
      claims: parts.flatMap(({ claims }) => claims),
      method: `A perceptron with 64 hidden units learns ${trainedOn(context)} by SGD at a constant rate, without momentum and weight decay. Equal noise scales: rates proportional to the batch size, the same number of epochs. Gradient noise scale: 125 batches of 32 images, at the weights of the training. Critical batch size: updates until the mean loss of the last 2,048 training images is 0.6, at the best of up to 5 rates for each batch size, which are factors of 2 apart; the rate is chosen on the first seed. The noise scale on the way there is the mean of 5 measurements at equal distances, with batches of 32.`,
      files: new Map(parts.flatMap(({ files }) => [...files])),
    };
  },
};
