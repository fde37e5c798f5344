import { isBetter, isNotWorse } from "./difference.ts";
import { seriesPlot } from "./plots/series-plot.ts";
import type { Reproduction } from "./reproduction.ts";
import { QUICK_NETWORK } from "./running/quick-network.ts";
import { accuraciesOf, accuracyCurves, trainSettings } from "./running/train-settings.ts";
import { trainedOn } from "./running/trained-on.ts";

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
  trainings: { data: "cifar10", trainImages: 4000, testImages: 2000, seeds: 3, minutes: 8 },
  async run(context) {
    const { quick } = context;
    const short = quick ? 1 : 5;
    const network = quick ? QUICK_NETWORK : { model: "resnet8", modelOptions: { width: 8 } };
    const common = { ...network, optimizer: "sgd", momentum: 0.9, weightDecay: 1e-4, augment: ["crop", "flip"] };
    const batch = { batchSize: quick ? 64 : 128 };
    const trained = await trainSettings(context, {
      "piecewise constant": { ...common, ...batch, ...piecewise, epochs: RATIO * short },
      "piecewise constant, an eighth of the updates": { ...common, ...batch, ...piecewise, epochs: short },
      "one cycle to 1": { ...common, ...batch, ...cycle(PEAK), epochs: short },
      "one cycle to 0.1": { ...common, ...batch, ...cycle(STANDARD), epochs: short },
      "one cycle to 1, half of the updates": { ...common, ...batch, ...cycle(PEAK), epochs: (RATIO / 2) * short },
    });
    const of = (name: keyof typeof trained): number[] => accuraciesOf(trained[name]);
    const [slow, fast] = [of("piecewise constant"), of("one cycle to 1")];
    return {
      claims: [
        isNotWorse(
          "One cycle to a high rate reaches in an eighth of the updates the accuracy of the standard schedule (abstract, figure 1a)",
          ["one cycle", fast],
          [`piecewise constant with ${RATIO} times the updates`, slow],
        ),
        isNotWorse(
          "Not in the paper: with half of the updates, one cycle to a high rate reaches the accuracy of the standard schedule",
          ["one cycle", of("one cycle to 1, half of the updates")],
          ["piecewise constant with twice the updates", slow],
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
      ],
      method: `Here: a ResNet-8 of width 8 on ${trainedOn(context)} in batches of 128, 5 epochs for the cycle and 40 for the standard schedule, whose rate falls to a tenth at half and at three quarters of its updates. In the paper: a ResNet-56 on 50,000 images in batches of 1,000, 10,000 updates for the cycle and 80,000 for the standard schedule. Both: SGD with momentum 0.9 and weight decay 1e-4, crops and flips. The short training of the paper has 200 epochs, and this one has 5. Rates were not tuned: the standard rate is the paper's, and the peak is ten times as high.`,
      files: new Map([
        [
          "accuracy.svg",
          seriesPlot({
            title: "Super-convergence",
            x: "updates",
            y: "Accuracy on test images",
            isShare: true,
            series: Object.entries(trained).map(([name, results]) => ({
              name,
              curves: accuracyCurves(results),
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
