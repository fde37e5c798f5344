import { average } from "@downhill/train/statistics";
import { at } from "../at.ts";
import { isBetter, isNotWorse } from "./difference.ts";
import { seriesPlot } from "./plots/series-plot.ts";
import type { Reproduction } from "./reproduction.ts";
import { QUICK_NETWORK } from "./running/quick-network.ts";
import { type SnapshotsResult, snapshotsAfter } from "./running/snapshots.ts";
import { accuraciesOf, accuracyCurves, computeSettings, type SeedlessSettings } from "./running/train-settings.ts";
import { trainedOn } from "./running/trained-on.ts";

/** Epochs of the first cycle; each later one is twice as long. The paper has 10, here all lengths are a fifth. */
const FIRST = 2;
/** Epochs after which the cycles end, as 10, 30, 70 and 150 in the paper. */
const ENDS = [FIRST, 3 * FIRST, 7 * FIRST, 15 * FIRST];
const EPOCHS = 15 * FIRST;
/** Number of equal cycles of the snapshot ensemble. */
const CYCLES = 5;
const LR = 0.05;

/** Warm restarts (Loshchilov and Hutter), and ensembles of their snapshots (Huang et al.). */
export const sgdr: Reproduction = {
  name: "sgdr",
  title: "SGDR: stochastic gradient descent with warm restarts",
  paper: "https://arxiv.org/abs/1608.03983",
  summary:
    "With warm restarts, SGD reaches the accuracy of the usual schedule in fewer epochs, and the networks at the ends of its cycles form an ensemble for free (https://arxiv.org/abs/1704.00109).",
  trainings: { data: "cifar10", trainImages: 2000, testImages: 2000, seeds: 3, minutes: 6 },
  async run(context) {
    const { quick } = context;
    // The quick form has all cycles with as many images as fit into one step.
    const common: Omit<SeedlessSettings, "lr"> = {
      ...(quick ? QUICK_NETWORK : { model: "resnet8", modelOptions: { width: 8 } }),
      optimizer: "sgd",
      momentum: 0.9,
      hyperparameters: { nesterov: true },
      weightDecay: 5e-4,
      augment: ["crop", "flip"],
      epochs: EPOCHS,
      evaluateEvery: FIRST,
      batchSize: quick ? 128 : 64,
    };
    const equalEnds = Array.from({ length: CYCLES }, (_, i) => ((i + 1) * EPOCHS) / CYCLES);
    const restarts = (t0: number, tMult: number) =>
      ({ kind: "cosineWarmRestarts", unit: "epochs", t0, tMult }) as const;
    const milestones = [0.3, 0.6, 0.8].map((share) => share * EPOCHS);
    const usual = { kind: "multiStep", unit: "epochs", milestones, gamma: 0.2 };
    const trained = await computeSettings(context, {
      usual: { settings: { ...common, lr: LR, schedule: usual }, ...snapshotsAfter(equalEnds) },
      "warm restarts": {
        settings: { ...common, lr: LR, schedule: restarts(FIRST, 2) },
        ...snapshotsAfter(ENDS.slice(1)),
      },
      "equal cycles": {
        settings: { ...common, lr: LR, schedule: restarts(EPOCHS / CYCLES, 1) },
        ...snapshotsAfter(equalEnds),
      },
    });
    const { usual: standard, "warm restarts": warm, "equal cycles": equal } = trained;
    const [last, single] = [accuraciesOf(warm), accuraciesOf(standard)];
    return {
      claims: [
        isNotWorse(
          "Warm restarts need at most half of the epochs for a comparable accuracy (section 1, figure 2)",
          [`warm restarts after ${at(ENDS, 2)} epochs`, accuraciesAfter(warm, at(ENDS, 2))],
          [`the usual schedule after ${EPOCHS}`, single],
        ),
        isBetter(
          "Warm restarts improve the anytime performance (abstract): the accuracy at the last end of a cycle, over all epochs from the first one on",
          ["warm restarts", anytime(warm, lastEnd)],
          ["accuracy of the usual schedule at the same epochs", anytime(standard, (epoch) => epoch)],
        ),
        isBetter(
          "An ensemble of the last three snapshots is better than the last one (section 4.3, table 2)",
          ["ensemble", ensemblesOf(warm)],
          ["last snapshot", last],
        ),
        isBetter(
          "In the same number of epochs, a snapshot ensemble is better than one network of the usual schedule (arXiv 1704.00109, table 1)",
          [`${CYCLES} snapshots`, ensemblesOf(equal)],
          ["one network", single],
        ),
        isBetter(
          "Snapshots of a cyclic rate are a better ensemble than snapshots of the usual schedule (arXiv 1704.00109, table 1)",
          ["cyclic", ensemblesOf(equal)],
          ["usual", ensemblesOf(standard)],
        ),
      ],
      method: `Here: a ResNet-8 of width 8 on ${trainedOn(context)}, ${EPOCHS} epochs in batches of 64. In the papers: wide ResNets, ResNets and DenseNets on 50,000 images, 150 to 300 epochs. The cycles of the warm restarts end after ${ENDS.join(", ")} epochs, a fifth of the first paper's; the snapshot ensemble has ${CYCLES} equal cycles. The usual schedule multiplies the rate by 0.2 at 30, 60 and 80 % of the epochs. All use SGD with Nesterov momentum 0.9, weight decay 5e-4, the first rate ${LR}, crops and flips, as the first paper does; nothing was tuned. An ensemble averages the probabilities.`,
      files: new Map([
        [
          "accuracy.svg",
          seriesPlot({
            title: "Warm restarts",
            x: "updates",
            y: "Accuracy on test images",
            isShare: true,
            series: Object.entries(trained).map(([name, results]) => ({ name, curves: accuracyCurves(results) })),
          }),
        ],
        [
          "rates.svg",
          seriesPlot({
            title: "Learning rates",
            x: "updates",
            y: "Learning rate",
            series: Object.entries(trained).map(([name, results]) => ({
              name,
              curves: results.slice(0, 1).map(({ steps }) => steps.lr.map((lr, step) => [step, lr])),
            })),
          }),
        ],
      ]),
    };
  },
};

const ensemblesOf = (results: readonly SnapshotsResult[]): number[] => results.map(({ ensemble }) => ensemble ?? 0);

/** Returns the accuracies after a number of epochs; 0 for trainings that diverged before. */
const accuraciesAfter = (results: readonly SnapshotsResult[], epoch: number): number[] =>
  results.map(({ epochs }) => epochs.find((line) => line.epoch === epoch - 1)?.accuracy ?? 0);

/**
 * Returns the mean over the evaluated epochs of the accuracy of the network that a user has who stops there.
 * @param networkAt number of epochs after which that network was saved
 */
const anytime = (results: readonly SnapshotsResult[], networkAt: (epoch: number) => number): number[] => {
  const epochs = Array.from({ length: EPOCHS / FIRST }, (_, i) => FIRST * (i + 1));
  return results.map((result) => average(epochs.flatMap((epoch) => accuraciesAfter([result], networkAt(epoch)))));
};

/** Returns the last end of a cycle. */
const lastEnd = (epoch: number): number => Math.max(...ENDS.filter((end) => end <= epoch));
