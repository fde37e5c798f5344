import { isBetter, isNotWorse } from "./difference.ts";
import { seriesPlot } from "./plots/series-plot.ts";
import type { Reproduction } from "./reproduction.ts";
import { QUICK_NETWORK } from "./running/quick-network.ts";
import { accuraciesOf, accuracyCurves, type SeedlessSettings, trainSettings } from "./running/train-settings.ts";
import { trainedOn } from "./running/trained-on.ts";

/** Factor of the batch size, and so of the learning rate. The paper has 32: from 256 to 8,192 images. */
const FACTOR = 8;
const LR = 0.1;
const EPOCHS = 10;

/** Large batches (Goyal et al.): the linear scaling rule and warm-up, table 1. */
export const linearScaling: Reproduction = {
  name: "linear-scaling",
  title: "Accurate, large minibatch SGD: training ImageNet in 1 hour",
  paper: "https://arxiv.org/abs/1706.02677",
  summary:
    "With a learning rate proportional to the batch size and a gradual warm-up, large batches reach the accuracy of small ones.",
  trainings: { data: "fashion-mnist", trainImages: 5000, testImages: 2000, seeds: 3, minutes: 12 },
  async run(context) {
    const { quick } = context;
    const epochs = quick ? 4 : EPOCHS;
    const small = quick ? 16 : 32;
    const common: Omit<SeedlessSettings, "lr" | "batchSize" | "schedule"> = {
      ...(quick ? QUICK_NETWORK : { model: "resnet8", modelOptions: { width: 8 } }),
      optimizer: "sgd",
      momentum: 0.9,
      hyperparameters: { nesterov: true },
      weightDecay: 1e-4,
      augment: [],
      epochs,
    };
    /** Falls to a tenth after 30, 60 and 80 of 90 epochs, as in the paper. */
    const steps = (base: number, start = 0) => ({
      kind: "multiStep",
      base,
      milestones: [1 / 3, 2 / 3, 8 / 9].map((share) => share * epochs - start),
    });
    const large = { ...common, lr: FACTOR * LR, batchSize: FACTOR * small };
    const warm = {
      kind: "warmup",
      unit: "epochs",
      schedule: steps(FACTOR * LR),
      steps: 1,
      startFactor: 1 / FACTOR,
      inside: true,
    };
    const constant = {
      kind: "sequence",
      unit: "epochs",
      schedules: [{ kind: "constant", base: LR }, steps(FACTOR * LR, 1)],
      milestones: [1],
    };
    const trained = await trainSettings(context, {
      "small batch": { ...common, lr: LR, batchSize: small, schedule: { unit: "epochs", ...steps(LR) } },
      "large batch, gradual warm-up": { ...large, schedule: warm },
      "large batch, no warm-up": { ...large, schedule: { unit: "epochs", ...steps(FACTOR * LR) } },
      "large batch, constant warm-up": { ...large, schedule: constant },
      "large batch, rate of the small one": { ...large, lr: LR, schedule: { unit: "epochs", ...steps(LR) } },
    });
    const of = (name: keyof typeof trained): number[] => accuraciesOf(trained[name]);
    const gradual = ["gradual warm-up", of("large batch, gradual warm-up")] as const;
    return {
      claims: [
        isNotWorse(
          "With the linear scaling rule and a gradual warm-up, large batches match the accuracy of small ones (abstract, table 1)",
          ["large batch", gradual[1]],
          ["small batch", of("small batch")],
        ),
        isBetter("Without a warm-up, large batches are worse (table 1)", gradual, [
          "no warm-up",
          of("large batch, no warm-up"),
        ]),
        isBetter("A warm-up at a constant low rate is not sufficient (table 1)", gradual, [
          "constant warm-up",
          of("large batch, constant warm-up"),
        ]),
        isBetter(
          "The rate has to grow with the batch size (section 2.1)",
          ["rate times 8", gradual[1]],
          ["rate of the small batch", of("large batch, rate of the small one")],
        ),
      ],
      method: `Here: a ResNet-8 of width 8 on ${trainedOn(context)}, ${EPOCHS} epochs, batches of 32 with the rate ${LR} and of ${FACTOR * 32} with ${FACTOR * LR}, a warm-up of one epoch. In the paper: a ResNet-50 on ImageNet, 90 epochs, batches of 256 with the rate 0.1 and of 8,192 with 3.2, a warm-up of five epochs. Both: Nesterov momentum 0.9, weight decay 1e-4, and a rate that falls to a tenth at 1/3, 2/3 and 8/9 of the epochs. Here there is neither augmentation nor a zero initialization of the last norm of each block. Nothing was tuned.`,
      files: new Map([
        [
          "accuracy.svg",
          seriesPlot({
            title: "Large batches",
            x: "epochs",
            y: "Accuracy on test images",
            isShare: true,
            series: Object.entries(trained).map(([name, results]) => ({
              name,
              curves: accuracyCurves(results).map((curve) => curve.map(([, accuracy], epoch) => [epoch + 1, accuracy])),
            })),
          }),
        ],
        [
          "loss.svg",
          seriesPlot({
            title: "Training loss",
            x: "epochs",
            y: "Mean loss of the epoch",
            scale: { y: "log" },
            series: Object.entries(trained).map(([name, results]) => ({
              name,
              curves: results.map((result) =>
                result.epochs.map(({ epoch, trainLoss }) => [epoch + 1, trainLoss ?? Number.NaN]),
              ),
            })),
          }),
        ],
      ]),
    };
  },
};
