import { count } from "@downhill/train/plots";
import { average } from "@downhill/train/statistics";
import { toCsv } from "@downhill/train/text";
import { at } from "../../at.ts";
import { accuracyText, difference, pointsText } from "../difference.ts";
import { type Point, seriesPlot } from "../plots/series-plot.ts";
import type { Claim, Reproduced, Reproduction } from "../reproduction.ts";
import type { ReproductionContext } from "../running/context.ts";
import { trainedOn } from "../running/trained-on.ts";
import type { Training, TrainingResult, TrainingSettings } from "../running/training.ts";
import { distance } from "../statistics.ts";
import { agrees, countUpdates } from "./update-counts.ts";

/** Numbers of a training of the reproduction, in the proportions of the paper's. */
const EPOCHS = 10;
const MILESTONES = [3, 6, 8];
const FACTOR = 5;
const BATCH_SIZE = 16;
/** Greatest difference of accuracies that count as equal. */
const EQUAL = 0.01;

const rate = (milestones: readonly number[]) =>
  ({ kind: "multiStep", unit: "epochs", milestones, gamma: 1 / FACTOR }) as const;

const [DECAY, HYBRID, GROWING, FASTER] = [
  "decaying rate",
  "hybrid",
  "increasing batch",
  "increased initial rate",
] as const;
const NAMES = [DECAY, HYBRID, GROWING, FASTER];
const LR = 0.1;

type ArmSettings = Pick<TrainingSettings, "lr" | "batchSize" | "increaseBatchInsteadOfDecay" | "largestBatch">;

/**
 * Returns the settings in which the trainings differ.
 * @param largest largest batch size
 */
const armsOf = (largest: number): Readonly<Record<(typeof NAMES)[number], ArmSettings>> => {
  const [batchSize, increase] = [BATCH_SIZE, { increaseBatchInsteadOfDecay: true }];
  return {
    [DECAY]: { lr: LR, batchSize },
    [HYBRID]: { lr: LR, batchSize, ...increase, largestBatch: FACTOR * batchSize },
    [GROWING]: { lr: LR, batchSize, ...increase, largestBatch: largest },
    [FASTER]: { lr: LR * FACTOR, batchSize: FACTOR * batchSize, ...increase, largestBatch: largest },
  };
};

/** Smith, Kindermans, Ying and Le: a growing batch size instead of a decaying learning rate. */
export const increaseBatchSize: Reproduction = {
  name: "increase-batch-size",
  title: "Don't decay the learning rate, increase the batch size",
  paper: "https://arxiv.org/abs/1711.00489",
  summary:
    "Increasing the batch size instead of decaying the learning rate gives the same test accuracy after the same epochs, with far fewer updates.",
  trainings: { data: "fashion-mnist", trainImages: 2000, testImages: 2000, seeds: 3, minutes: 8 },
  async run(context) {
    const arms = await trainArms(context);
    const counts = countUpdates();
    return {
      claims: [...counts.filter(({ paper }) => paper !== null).map(countClaim), ...trainedClaims(arms)],
      method: `The updates of the paper's trainings are counted by optim's schedules: CIFAR-10, 200 epochs, a factor of 5 after 60, 120 and 160 epochs, batches of at most 5,120. The trainings here are smaller, in the same proportions: a wide ResNet of depth 10 and width 1, ${trainedOn(context)}, ${EPOCHS} epochs with a change after ${MILESTONES.join(", ")}, batches from ${BATCH_SIZE} to a tenth of the images, SGD with momentum 0.9 and weight decay 5e-4. Batch norm has statistics of ${BATCH_SIZE} images in every batch, like the paper's ghost batch norm. Accuracies are those of test images after the last epoch.`,
      files: files(arms, counts),
    };
  },
};

/** Results of the trainings with one schedule, one for each seed. */
interface Arm {
  readonly name: string;
  readonly results: readonly TrainingResult[];
}

async function trainArms(context: ReproductionContext): Promise<Arm[]> {
  const { quick, seeds, trainImages } = context;
  const settings = armsOf(quick ? FACTOR * BATCH_SIZE : Math.floor(trainImages / 10));
  const short = quick
    ? { epochs: 3, schedule: rate([1, 2]), trainLimit: 96 }
    : { epochs: EPOCHS, schedule: rate(MILESTONES) };
  const trainings = NAMES.flatMap((name) =>
    seeds.map(
      (seed): Training => ({
        name: `${name}, seed ${seed}`,
        settings: {
          model: "wide-resnet-10-1",
          optimizer: "sgd",
          hyperparameters: { momentum: 0.9, weightDecay: 5e-4 },
          augment: ["crop", "flip"],
          largestPart: BATCH_SIZE,
          ...settings[name],
          ...short,
          seed,
        },
      }),
    ),
  );
  const results = await context.train(trainings);
  return NAMES.map((name, i) => ({ name, results: results.slice(i * seeds.length, (i + 1) * seeds.length) }));
}

function countClaim({ name, paper, updates }: ReturnType<typeof countUpdates>[number]): Claim {
  const { relation, updates: stated } = paper as NonNullable<typeof paper>;
  return {
    statement: `CIFAR-10, ${name}: ${relation} ${count(stated)} updates (section 5.2)`,
    rule:
      relation === "below"
        ? "the count is below that number, by less than a tenth"
        : "the count is that number at its precision",
    measured: `${count(updates)} updates`,
    holds: agrees({ paper, updates }),
  };
}

function trainedClaims(arms: readonly Arm[]): Claim[] {
  const armOf = (name: string): Arm => arms.find((arm) => arm.name === name) as Arm;
  const decay = armOf(DECAY);
  const updatesOf = ({ results }: Arm): number => at(results, 0).updates;
  return [
    ...[HYBRID, GROWING, FASTER].map((name): Claim => {
      const arm = armOf(name);
      const apart = difference(accuraciesOf(arm), accuraciesOf(decay));
      return {
        statement: `${name}: the test accuracy of the decaying rate (section ${name === FASTER ? "5.2" : "5.1"})`,
        rule: `the means are at most ${100 * EQUAL} point apart`,
        measured: `${accuracyText(accuraciesOf(arm))} with ${count(updatesOf(arm))} updates, ${accuracyText(accuraciesOf(decay))} with ${count(updatesOf(decay))}; difference ${pointsText(apart)}`,
        holds: Math.abs(apart.mean) <= EQUAL,
      };
    }),
    curvesClaim(decay, [armOf(HYBRID), armOf(GROWING)]),
    {
      statement: "The increasing batch needs far fewer updates (section 5.2: about a third of them)",
      rule: "they are fewer than half",
      measured: `${percent(updatesOf(armOf(GROWING)) / updatesOf(decay))} of the updates of the decaying rate; hybrid ${percent(updatesOf(armOf(HYBRID)) / updatesOf(decay))}, increased initial rate ${percent(updatesOf(armOf(FASTER)) / updatesOf(decay))}`,
      holds: updatesOf(armOf(GROWING)) < updatesOf(decay) / 2,
    },
  ];
}

/** The curves over epochs must be no farther apart than those of other seeds. */
function curvesClaim(decay: Arm, others: readonly Arm[]): Claim {
  const [own, ...apart] = [decay, ...others].map(meanLosses) as [number[], ...number[][]];
  const distances = apart.map((curve) => distance(curve, own));
  const seeds = decay.results.map(trainLosses);
  const ofSeeds = seeds.flatMap((curve, i) => seeds.slice(0, i).map((other) => distance(curve, other)));
  const limit = Math.max(...ofSeeds);
  const shown = others.map(({ name }, i) => `${name} ${at(distances, i).toFixed(3)}`).join(", ");
  return {
    statement: "The curves of the training loss over epochs are nearly identical (section 5.1)",
    rule: "the means are at most as far from that of the decaying rate as two seeds of it from each other",
    measured: `root mean square difference: ${shown}; seeds at most ${seeds.length > 1 ? limit.toFixed(3) : "unknown"}`,
    holds: seeds.length > 1 ? distances.every((one) => one <= limit) : null,
  };
}

/** Returns the accuracies by seed; a training that diverged has guessed. */
const accuraciesOf = ({ results }: Arm): number[] => results.map(({ accuracy }) => accuracy ?? 0);
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const trainLosses = ({ epochs }: TrainingResult): number[] => epochs.map(({ trainLoss }) => trainLoss ?? Number.NaN);
const meanLosses = ({ results }: Arm): number[] =>
  trainLosses(at(results, 0)).map((_, epoch) => average(results.map((result) => at(trainLosses(result), epoch))));

function files(arms: readonly Arm[], counts: ReturnType<typeof countUpdates>): Reproduced["files"] {
  const rows = arms.flatMap(({ name, results }) =>
    results.flatMap(({ epochs }, seed) =>
      epochs.map(({ epoch, updates, trainLoss, loss, accuracy }) => ({
        schedule: name,
        seed,
        epoch: epoch + 1,
        updates,
        trainLoss,
        loss,
        accuracy,
      })),
    ),
  );
  const plot = (x: "epoch" | "updates", label: string): string =>
    seriesPlot({
      title: "Increasing the batch size instead of decaying the learning rate",
      x: label,
      y: "Test accuracy",
      isShare: true,
      series: arms.map(({ name, results }) => ({
        name,
        curves: results.map(({ epochs }) =>
          epochs.map(
            ({ epoch, updates, accuracy }): Point => [x === "epoch" ? epoch + 1 : updates, accuracy ?? Number.NaN],
          ),
        ),
      })),
    });
  return new Map([
    ["accuracy-by-epochs.svg", plot("epoch", "epoch")],
    ["accuracy-by-updates.svg", plot("updates", "updates")],
    ["curves.csv", toCsv(rows)],
    [
      "updates.csv",
      toCsv(
        counts.map(({ name, lr, batchSize, maximum, updates, paper }) => ({
          schedule: name,
          lr,
          batchSize,
          maximum,
          updates,
          paper: paper === null ? null : `${paper.relation} ${paper.updates}`,
        })),
      ),
    ],
  ]);
}
