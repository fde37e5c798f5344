import { number, percent } from "@downhill/train/plots";
import { meanOf } from "@downhill/train/statistics";
import { toCsv } from "@downhill/train/text";
import { at } from "../../at.ts";
import { difference, isBetter, meanText, pointsText } from "../difference.ts";
import { type HeatCell, heatMap } from "../plots/heat-map.ts";
import type { Claim, Reproduction } from "../reproduction.ts";
import type { ReproductionContext } from "../running/context.ts";
import { trainedOn } from "../running/trained-on.ts";
import type { Training } from "../running/training.ts";
import { bestCell, type Grid, meanGrid, regretOfSeparateSearch, tiltOf } from "./basin.ts";

const RATES = [5e-4, 1.5e-3, 4.5e-3, 1.35e-2];
/** Shares of the weights per step for AdamW, and factors of the L2 penalty for Adam. */
const DECAYS = [1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
const EPOCHS = 12;
const BATCH_SIZE = 64;

/** The two forms of weight decay. */
const METHODS = {
  "Adam with L2": (_: number, decay: number) => ({ optimizer: "adam", weightDecay: decay }),
  // The optimizer multiplies its decay by the rate, and the decay of the paper's algorithm is not.
  AdamW: (rate: number, decay: number) => ({ optimizer: "adamw", weightDecay: decay / rate }),
} as const;
type Method = keyof typeof METHODS;
const NAMES = Object.keys(METHODS) as Method[];

/** Loshchilov and Hutter: weight decay that is decoupled from Adam's gradient. */
export const adamw: Reproduction = {
  name: "adamw",
  title: "Decoupled weight decay regularization",
  paper: "https://arxiv.org/abs/1711.05101",
  summary:
    "With decoupled weight decay, Adam generalizes better than with an L2 penalty, and learning rate and decay can be tuned separately.",
  trainings: { data: "fashion-mnist", trainImages: 1000, testImages: 2000, seeds: 3, minutes: 5 },
  async run(context) {
    const grids = await trainGrids(context);
    return {
      claims: claimsOf(grids),
      method: `Here: a perceptron with 128 hidden units on ${trainedOn(context)}, ${EPOCHS} epochs with batches of ${BATCH_SIZE} and cosine annealing. In the paper: a residual network on CIFAR-10, 100 epochs. Each cell of the map is the mean test error over the seeds. The decay of AdamW is the paper's, which is not multiplied by the learning rate but follows its schedule: the share of the weights that is removed per step. A training that diverged has an error of 100 %. The best cells are chosen by the same test images for both methods, so that both errors are as optimistic.`,
      files: filesOf(grids),
    };
  },
};

/** Grids of both methods, one for each seed. */
type Grids = Readonly<Record<Method, readonly Grid[]>>;

async function trainGrids(context: ReproductionContext): Promise<Grids> {
  const { quick, seeds } = context;
  const [rates, decays] = quick ? [RATES.slice(0, 2), DECAYS.slice(0, 1)] : [RATES, DECAYS];
  const epochs = quick ? 1 : EPOCHS;
  const cells = NAMES.flatMap((method) =>
    seeds.flatMap((seed) => rates.flatMap((rate) => decays.map((decay) => ({ method, seed, rate, decay })))),
  );
  const results = await context.train(
    cells.map(
      ({ method, seed, rate, decay }): Training => ({
        name: `${method}, rate ${number(rate, 2)}, decay ${number(decay, 2)}, seed ${seed}`,
        settings: {
          model: "mlp",
          modelOptions: { hidden: [128] },
          ...METHODS[method](rate, decay),
          schedule: "cosine",
          lr: rate,
          epochs,
          batchSize: BATCH_SIZE,
          evaluateEvery: epochs,
          augment: [],
          seed,
        },
      }),
    ),
  );
  const gridOf = (method: Method, seed: number): Grid => ({
    rates,
    decays,
    errors: rates.map((rate) =>
      decays.map((decay) => {
        const index = cells.findIndex(
          (cell) => cell.method === method && cell.seed === seed && cell.rate === rate && cell.decay === decay,
        );
        return 1 - (at(results, index).accuracy ?? 0);
      }),
    ),
  });
  return Object.fromEntries(
    NAMES.map((method) => [method, seeds.map((seed) => gridOf(method, seed))]),
  ) as unknown as Grids;
}

function claimsOf(grids: Grids): Claim[] {
  const [coupled, decoupled] = [grids["Adam with L2"], grids.AdamW];
  const best = NAMES.map((method) => bestCell(meanGrid(grids[method])));
  const accuracies = best.map(({ at: [i, j] }, m) =>
    grids[NAMES[m] as Method].map((grid) => 1 - at(at(grid.errors, i), j)),
  ) as [number[], number[]];
  const bestText = best
    .map(
      ({ rate, decay, error }, m) =>
        `${NAMES[m]} ${percent(error)} (rate ${number(rate, 2)}, decay ${number(decay, 2)})`,
    )
    .join(", ");
  const tilts = [coupled, decoupled].map((all) => all.map((grid) => tiltOf(grid))) as [number[], number[]];
  const straighter = difference(tilts[0].map(Math.abs), tilts[1].map(Math.abs));
  const regrets = [coupled, decoupled].map((all) => all.map(regretOfSeparateSearch)) as [number[], number[]];
  const saved = difference(regrets[0], regrets[1]);
  return [
    isBetter(
      "AdamW has a lower test error than Adam with L2 (abstract)",
      ["AdamW", accuracies[1]],
      ["Adam with L2", accuracies[0]],
    ),
    {
      statement: "The best cell of AdamW is at least as good as that of Adam with L2",
      rule: "its mean error is not higher",
      measured: bestText,
      holds: at(best, 1).error <= at(best, 0).error,
    },
    {
      statement: "Decoupled, the best weight decay depends less on the learning rate (abstract)",
      rule: "the number of decades by which the best decay moves per decade of the rate is closer to 0: the 95 % interval of the paired difference over the seeds is above 0",
      measured: `Adam with L2 ${meanText(meanOf(tilts[0]), 2)}, AdamW ${meanText(meanOf(tilts[1]), 2)} decades`,
      holds: straighter.isAbove,
    },
    {
      statement:
        "Decoupled, a search that tunes the rate first and then the decay loses less (follows from the statement above)",
      rule: "the 95 % interval of the paired difference over the seeds is above 0",
      measured: `error above the best cell: Adam with L2 ${percent(meanOf(regrets[0]).mean)}, AdamW ${percent(meanOf(regrets[1]).mean)}; difference ${pointsText(saved)}`,
      holds: saved.isAbove,
    },
  ];
}

function filesOf(grids: Grids): ReadonlyMap<string, string> {
  const maps = NAMES.map((name) => ({ name, cells: cellsOf(meanGrid(grids[name])) }));
  const rows = NAMES.flatMap((method) =>
    grids[method].flatMap((grid, index) =>
      cellsOf(grid).map(({ x, y, value }) => ({
        method,
        index,
        rate: y,
        decay: x,
        error: value === null ? null : value / 100,
      })),
    ),
  );
  return new Map([
    [
      "error.svg",
      heatMap({
        title: "Test error by learning rate and weight decay",
        x: "weight decay",
        y: "learning rate",
        value: "test error, %",
        maps,
        digits: 1,
      }),
    ],
    ["errors.csv", toCsv(rows)],
  ]);
}

/** Returns the errors of a grid in percent; null for trainings that diverged. */
const cellsOf = ({ rates, decays, errors }: Grid): HeatCell[] =>
  rates.flatMap((rate, i) =>
    decays.map((decay, j) => {
      const error = at(at(errors, i), j);
      return { x: decay, y: rate, value: error < 1 ? 100 * error : null };
    }),
  );
