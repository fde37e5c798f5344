import { isBetter, isNotWorse } from "./difference.ts";
import { seriesPlot } from "./plots/series-plot.ts";
import type { Reproduction } from "./reproduction.ts";
import { QUICK_NETWORK } from "./running/quick-network.ts";
import { accuraciesOf, accuracyCurves, type SeedlessSettings, trainSettings } from "./running/train-settings.ts";
import { trainedOn } from "./running/trained-on.ts";

/** Lowest and highest rate of a cycle, ten times those of the paper, whose trainings have about twenty times the updates. */
const [BASE, MAX] = [0.01, 0.06];
/** Epochs of a cycle: from the lowest rate up and down again. */
const CYCLE = 2;
/** Epochs of the cyclic training, and those of the training at a fixed rate: 25,000 and 70,000 updates in the paper. */
const [SHORT, LONG] = [12, 34];

/** Cyclical learning rates (Smith): figure 1 and table 3. */
export const clr: Reproduction = {
  name: "clr",
  title: "Cyclical learning rates for training neural networks",
  paper: "https://arxiv.org/abs/1506.01186",
  summary: "A learning rate that rises and falls in cycles reaches the accuracy of a fixed rate in far fewer updates.",
  trainings: { data: "cifar10", trainImages: 5000, testImages: 2000, seeds: 3, minutes: 10 },
  async run(context) {
    const { quick } = context;
    const common: Omit<SeedlessSettings, "lr" | "epochs"> = {
      ...(quick ? QUICK_NETWORK : { model: "lenet" }),
      optimizer: "sgd",
      momentum: 0.9,
      weightDecay: 0.004,
      augment: [],
      batchSize: quick ? 128 : 50,
    };
    const [short, long] = quick ? [4, 6] : [SHORT, LONG];
    const constant = { schedule: "constant" } as const;
    const trained = await trainSettings(context, {
      fixed: {
        ...common,
        lr: BASE,
        epochs: long,
        schedule: { kind: "multiStep", unit: "epochs", milestones: [6 / 7, 13 / 14].map((share) => share * long) },
      },
      triangular2: {
        ...common,
        lr: MAX,
        epochs: short,
        schedule: {
          kind: "cyclical",
          unit: "epochs",
          baseLr: BASE,
          maxLr: MAX,
          stepSizeUp: CYCLE / 2,
          mode: "triangular2",
        },
      },
      "fixed, as many updates": { ...common, lr: BASE, epochs: short, ...constant },
      decay: {
        ...common,
        lr: MAX,
        epochs: short,
        schedule: { kind: "linear", unit: "epochs", startFactor: 1, endFactor: BASE / MAX, totalIters: CYCLE },
      },
      "fixed at the highest rate": { ...common, lr: MAX, epochs: short, ...constant },
    });
    const of = (name: keyof typeof trained): number[] => accuraciesOf(trained[name]);
    const cyclic = ["triangular2", of("triangular2")] as const;
    return {
      claims: [
        isNotWorse(
          "Cycles (triangular2) reach in 36 % of the updates the accuracy of a fixed rate that falls at the end (figure 1, table 3)",
          cyclic,
          ["fixed rate", of("fixed")],
        ),
        isBetter("With the same number of updates, cycles are better than the fixed rate (figure 1)", cyclic, [
          "fixed rate",
          of("fixed, as many updates"),
        ]),
        isBetter(
          "The gain does not result from the decay alone: a rate that falls once from the highest to the lowest is worse (section 4.1, table 3)",
          cyclic,
          ["decay", of("decay")],
        ),
        isBetter(
          "Not in the paper: the gain does not result from higher rates alone: the highest rate throughout is worse",
          cyclic,
          [`fixed rate ${MAX}`, of("fixed at the highest rate")],
        ),
      ],
      method: `Here: LeNet on ${trainedOn(context)} in batches of 50, ${SHORT} epochs with cycles of ${CYCLE} epochs between the rates ${BASE} and ${MAX}, the height halved each time, and ${LONG} epochs at the rate ${BASE}, which falls to a tenth after 6/7 and 13/14 of them. In the paper: Caffe's quick network on 50,000 images in batches of 100, 25,000 updates with cycles of 4,000 between 0.001 and 0.006, and 70,000 updates at 0.001. Both: momentum 0.9 and weight decay 0.004. Nothing was tuned.`,
      files: new Map([
        [
          "accuracy.svg",
          seriesPlot({
            title: "Cyclical learning rates",
            x: "updates",
            y: "Accuracy on test images",
            isShare: true,
            series: (["fixed", "triangular2", "decay", "fixed at the highest rate"] as const).map((name) => ({
              name,
              curves: accuracyCurves(trained[name]),
            })),
          }),
        ],
        [
          "rates.svg",
          seriesPlot({
            title: "Learning rates",
            x: "updates",
            y: "Learning rate",
            series: (["fixed", "triangular2", "decay"] as const).map((name) => ({
              name,
              curves: trained[name].slice(0, 1).map(({ steps }) => steps.lr.map((lr, step) => [step, lr])),
            })),
          }),
        ],
      ]),
    };
  },
};
