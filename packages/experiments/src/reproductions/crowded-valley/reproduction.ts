import { toCsv } from "@downhill/train/text";
import type { Reproduction } from "../reproduction.ts";
import { trainedOn } from "../running/trained-on.ts";
import { claimsOf, type Field } from "./claims.ts";
import { candidates, problemsOf } from "./problem.ts";
import { rankingPlot } from "./ranking-plot.ts";
import { type Entry, measure } from "./trials.ts";

/** Optimizers of the quick form. */
const QUICK = ["sgd", "adam"];

/** Schmidt, Schneider and Hennig: a benchmark of optimizers with default and tuned parameters. */
export const crowdedValley: Reproduction = {
  name: "crowded-valley",
  title: "Descending through a crowded valley",
  paper: "https://arxiv.org/abs/2007.01547",
  summary:
    "Trying several optimizers with default parameters works about as well as tuning one, and no optimizer is the best on all tasks.",
  trainings: { data: "fashion-mnist", trainImages: 1000, testImages: 2000, seeds: 3, minutes: 20 },
  async run(context) {
    const named = candidates().filter(({ name }) => !context.quick || QUICK.includes(name));
    const fields: Field[] = [];
    for (const problem of problemsOf(context)) {
      const entries: Entry[] = [];
      for (const candidate of named) entries.push(await measure(context, candidate, problem));
      fields.push({ data: problem.data, entries });
    }
    return {
      claims: claimsOf(fields),
      method: `Here: all ${named.length} optimizers of the library, a perceptron with 64 hidden units, ${trainedOn(context)} (4 epochs) and as many of CIFAR-10 (6 epochs), batches of 32, constant rates. Default: the documented hyperparameters, which are PyTorch's where PyTorch has the optimizer. Tuned: the learning rate only, by a range test of 100 steps and 3 further trainings, on one half of 2,000 test images and a seed of its own; accuracies are those of the other half, over ${context.seeds.length} seeds. In the paper: 15 optimizers on 8 problems, several schedules, up to 75 trainings for the tuning. Short trainings favor optimizers that are fast at the start.`,
      files: new Map([
        ...fields.map((field) => [`ranking-${field.data}.svg`, rankingPlot(field)] as const),
        [
          "optimizers.csv",
          toCsv(
            fields.flatMap(({ data, entries }) =>
              entries.flatMap(({ optimizer, defaultRate, tunedRate, defaults, tuned }) =>
                defaults.map((accuracy, i) => ({
                  data,
                  optimizer,
                  seed: context.seeds[i],
                  defaultRate,
                  accuracy,
                  tunedRate,
                  tunedAccuracy: tuned[i],
                })),
              ),
            ),
          ),
        ],
      ]),
    };
  },
};
