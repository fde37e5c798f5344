import { at } from "../at.ts";
import { meanOf } from "../statistics/mean.ts";
import { difference, isBetter, isNotWorse, pointsText } from "./difference.ts";
import { seriesPlot } from "./plots/series-plot.ts";
import type { Reproduction } from "./reproduction.ts";
import { QUICK_NETWORK } from "./running/quick-network.ts";
import { accuraciesOf, accuracyCurves, trainSettings } from "./running/train-settings.ts";

/** Ratio of the updates of the two trainings: 80,000 and 10,000 in figure 1a. */
const RATIO = 8;
/** Learning rate of the standard training, and the first of the cycle. */
const STANDARD = 0.1;
/** Peak of the cycle. The paper has 3 for batches of 1,000 images. */
const PEAK = 1;

const piecewise = { lr: STANDARD, schedule: { kind: "multiStep", gamma: 0.1 } } as const;
/** The paper's cycle: a line up, a line down, and a fall by further orders of magnitude at the end. */
const cycle = (peak: number) => ({
  lr: peak,
  schedule: {
    kind: "oneCycle",
    annealStrategy: "linear",
    threePhase: true,
    pctStart: 0.45,
    divFactor: 10,
    finalDivFactor: 100,
  },
});

/** Super-convergence (Smith and Topin): one cycle up to a very high learning rate replaces eight times as many updates. */
export const superConvergence: Reproduction = {
  name: "super-convergence",
  title: "Super-convergence: very fast training of neural networks using large learning rates",
  paper: "https://arxiv.org/abs/1708.07120",
  summary: "One cycle up to a very high learning rate trains a residual network an order of magnitude faster.",
  trainings: { data: "cifar10", trainImages: 4000, testImages: 2000, seeds: 3, minutes: 15 },
  async run(context) {
    const { quick } = context;
    const short = quick ? 1 : 5;
    const few = quick ? 64 : 1000;
    const network = quick ? QUICK_NETWORK : { model: "resnet8", modelOptions: { width: 8 } };
    const common = { ...network, optimizer: "sgd", momentum: 0.9, weightDecay: 1e-4, augment: ["crop", "flip"] };
    const batch = { batchSize: quick ? 64 : 128 };
    // The number of updates is the same with fewer images.
    const longer = quick ? 1 : 4;
    const trained = await trainSettings(context, {
      "piecewise constant": { ...common, ...batch, ...piecewise, epochs: RATIO * short },
      "piecewise constant, an eighth of the updates": { ...common, ...batch, ...piecewise, epochs: short },
      "one cycle to 1": { ...common, ...batch, ...cycle(PEAK), epochs: short },
      "one cycle to 0.1": { ...common, ...batch, ...cycle(STANDARD), epochs: short },
      "piecewise constant, few images": {
        ...common,
        ...batch,
        ...piecewise,
        epochs: RATIO * short * longer,
        trainLimit: few,
      },
      "one cycle to 1, few images": { ...common, ...batch, ...cycle(PEAK), epochs: short * longer, trainLimit: few },
    });
    const of = (name: keyof typeof trained): number[] => accuraciesOf(trained[name]);
    const [slow, fast] = [of("piecewise constant"), of("one cycle to 1")];
    const [slowFew, fastFew] = [of("piecewise constant, few images"), of("one cycle to 1, few images")];
    const gain = (first: readonly number[], second: readonly number[]): number[] =>
      first.map((accuracy, seed) => accuracy - at(second, seed));
    const growth = difference(gain(fastFew, slowFew), gain(fast, slow));
    return {
      claims: [
        isNotWorse(
          "One cycle to a high rate reaches in an eighth of the updates the accuracy of the standard schedule (abstract, figure 1a)",
          ["one cycle", fast],
          [`piecewise constant with ${RATIO} times the updates`, slow],
        ),
        isNotWorse(
          "The same with few images, where both trainings have four times the epochs, as many as the paper's over its images",
          ["one cycle", fastFew],
          [`piecewise constant with ${RATIO} times the updates`, slowFew],
        ),
        isBetter(
          "With the same few updates, one cycle is better than the standard schedule (figure 1a)",
          ["one cycle", fast],
          ["piecewise constant", of("piecewise constant, an eighth of the updates")],
        ),
        isBetter(
          "The high peak of the cycle is a key element: a cycle to a usual rate is worse (abstract)",
          [`peak ${PEAK}`, fast],
          [`peak ${STANDARD}`, of("one cycle to 0.1")],
        ),
        {
          statement: "The gain over the standard schedule is greater with fewer training images (abstract, section 5)",
          measured: `gain with a quarter of the images ${pointsText(meanOf(gain(fastFew, slowFew)))}, with all ${pointsText(meanOf(gain(fast, slow)))}, difference ${pointsText(growth)}`,
          rule: "the 95 % interval of the paired difference over the seeds is above 0",
          holds: growth.isAbove,
        },
      ],
      method: `Here: a ResNet-8 of width 8 on at most 4,000 images of CIFAR-10 in batches of 128, 5 epochs for the cycle and 40 for the standard schedule, whose rate falls to a tenth at half and at three quarters of its updates. In the paper: a ResNet-56 on 50,000 images in batches of 1,000, 10,000 updates for the cycle and 80,000 for the standard schedule. Both: SGD with momentum 0.9 and weight decay 1e-4, crops and flips. Few images are 1,000, with the same numbers of updates. Rates were not tuned: the standard rate is the paper's, and the peak is ten times as high.`,
      files: new Map([
        [
          "accuracy.svg",
          seriesPlot({
            title: "Super-convergence",
            x: "updates",
            y: "Accuracy on test images",
            isShare: true,
            series: (["piecewise constant", "one cycle to 1", "one cycle to 0.1"] as const).map((name) => ({
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
            scale: { y: "log" },
            series: (["piecewise constant", "one cycle to 1"] as const).map((name) => ({
              name,
              curves: trained[name].slice(0, 1).map(({ steps }) => steps.lr.map((lr, step) => [step, lr])),
            })),
          }),
        ],
      ]),
    };
  },
};
