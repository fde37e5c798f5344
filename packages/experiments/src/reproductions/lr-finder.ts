import { type FinderResult, searchRates } from "@downhill/train";
import { number } from "@downhill/train/plots";
import { toCsv } from "@downhill/train/text";
import { at } from "../at.ts";
import { isBetter } from "./difference.ts";
import { type Point, seriesPlot } from "./plots/series-plot.ts";
import type { Claim, Reproduction } from "./reproduction.ts";
import type { ReproductionContext } from "./running/context.ts";
import { accuraciesOf, type SeedlessSettings, trainSettings } from "./running/train-settings.ts";
import { trainedOn } from "./running/trained-on.ts";

/** Models of the course text: a dense network, and LeNet. */
const MODELS = ["mlp", "lenet"] as const;
type Model = (typeof MODELS)[number];
/** Steps over which the change of the loss is averaged, the moving average of the Keras finder. */
const AVERAGED = 20;
const [LOWEST, HIGHEST] = [1e-5, 10];
/** Factor between the rate of the steepest fall and the two with which it is compared. */
const FACTOR = 10;

/** The learning-rate range test (Smith), with the two plots of the Keras finder. */
export const lrFinder: Reproduction = {
  name: "lr-finder",
  title: "The learning-rate range test",
  paper: "https://arxiv.org/abs/1506.01186",
  summary:
    "A short training with a rising learning rate shows which rates are good: those at which the loss falls fastest.",
  trainings: { data: "fashion-mnist", trainImages: 5000, testImages: 2000, seeds: 3, minutes: 4 },
  async run(context) {
    const { quick } = context;
    const common: Omit<SeedlessSettings, "lr" | "model"> = {
      optimizer: "sgd",
      momentum: 0,
      weightDecay: 0,
      schedule: "constant",
      augment: [],
      epochs: quick ? 1 : 3,
      batchSize: quick ? 32 : 64,
    };
    const found = new Map<Model, { readonly finder: FinderResult; readonly changes: Point[]; readonly lr: number }>();
    for (const model of MODELS) {
      const finder = await rangeTest(context, { ...common, model });
      const changes = changesOf(finder);
      const [steepest] = changes.reduce((best, point) => (point[1] < best[1] ? point : best));
      found.set(model, { finder, changes, lr: finder.suggestions.surmenok?.lr ?? steepest });
    }
    const claims: Claim[] = [];
    for (const [model, { finder, lr }] of found) {
      claims.push(shapeOf(model, finder));
      const trained = await trainSettings(context, {
        [`${model}, fastest fall`]: { ...common, model, lr },
        [`${model}, a tenth of it`]: { ...common, model, lr: lr / FACTOR },
        [`${model}, ten times it`]: { ...common, model, lr: lr * FACTOR },
      });
      const [steepest, lower, higher] = Object.values(trained).map(accuraciesOf);
      for (const [name, others] of [
        ["a tenth of it", lower],
        ["ten times it", higher],
      ] as const) {
        claims.push(
          isBetter(
            `${model}: the rate at which the loss falls fastest trains better than ${name} (section 3.3; Keras finder)`,
            [`rate ${number(lr, 2)}`, steepest ?? []],
            [name, others ?? []],
          ),
        );
      }
    }
    const series = (points: (model: Model) => Point[]) => MODELS.map((name) => ({ name, curves: [points(name)] }));
    const of = (model: Model) => found.get(model) as { finder: FinderResult; changes: Point[] };
    return {
      claims,
      method: `The dense network and LeNet on ${trainedOn(context)} in batches of 64, SGD without momentum. The rate rises exponentially from ${LOWEST} to ${HIGHEST} in 300 steps, or until the smoothed loss is four times its minimum. As in the Keras finder (surmenok/keras_lr_finder), the change of the loss at a step is its mean over the last ${AVERAGED} steps. The trainings have three epochs at a constant rate.`,
      files: new Map([
        [
          "loss.svg",
          seriesPlot({
            title: "Loss over the learning rate",
            x: "learning rate",
            y: "Smoothed loss",
            scale: { x: "log" },
            series: series((model) => {
              const { lr, smoothed } = of(model).finder.curve;
              return lr.map((rate, i) => [rate, at(smoothed, i)]);
            }),
          }),
        ],
        [
          "loss-change.svg",
          seriesPlot({
            title: "Change of the loss over the learning rate",
            x: "learning rate",
            y: "d(loss) per step",
            scale: { x: "log" },
            series: series((model) => of(model).changes),
          }),
        ],
        [
          "range-tests.csv",
          toCsv(
            MODELS.flatMap((model) => {
              const { lr, loss, smoothed } = of(model).finder.curve;
              return lr.map((rate, i) => ({ model, lr: rate, loss: loss[i], smoothed: smoothed[i] }));
            }),
          ),
        ],
      ]),
    };
  },
};

/** Runs the range test of a model with the first seed. */
async function rangeTest(context: ReproductionContext, settings: Omit<SeedlessSettings, "lr">): Promise<FinderResult> {
  const { quick, seeds } = context;
  const range = { lowest: LOWEST, highest: HIGHEST, steps: quick ? 60 : 300 };
  const [result] = await context.compute<FinderResult>([
    {
      name: `${settings.model}, range test`,
      kind: `range test ${JSON.stringify(range)}`,
      settings: { ...settings, seed: seeds[0] ?? 0, lr: LOWEST },
      compute: async ({ data = "", ...given }, { threads, shouldStop }) => {
        const request = { given: { tune: false, threads, ...given, data }, settings: range };
        const [finder] = await searchRates(request, { emit: () => {}, shouldStop });
        return finder as FinderResult;
      },
    },
  ]);
  return result as FinderResult;
}

/** Returns the mean change of the loss over the last steps, at each rate. */
const changesOf = ({ curve: { lr, loss } }: FinderResult): Point[] =>
  lr.slice(AVERAGED).map((rate, i) => [rate, (at(loss, i + AVERAGED) - at(loss, i)) / AVERAGED]);

/** Returns the claim that the loss hardly changes at low rates, then falls, and rises at high rates. */
function shapeOf(model: Model, { curve: { lr, smoothed } }: FinderResult): Claim {
  const lowest = Math.min(...smoothed);
  const bottom = smoothed.indexOf(lowest);
  const [first, last] = [at(smoothed, 0), smoothed.at(-1) as number];
  const early = at(smoothed, Math.floor(bottom / 3));
  const fall = first - lowest;
  return {
    statement: `${model}: the loss hardly changes at low rates, falls, and rises or diverges at high rates (section 3.3)`,
    measured: `smoothed loss ${number(first, 3)} at ${number(at(lr, 0), 2)}, ${number(early, 3)} at ${number(at(lr, Math.floor(bottom / 3)), 2)}, lowest ${number(lowest, 3)} at ${number(at(lr, bottom), 2)}, last ${number(last, 3)} at ${number(lr.at(-1) as number, 2)}`,
    rule: "in the first third of the steps before the minimum, at most a tenth of the fall is done, and at the end at least a tenth of it is lost again",
    holds: first - early <= fall / 10 && last - lowest >= fall / 10,
  };
}
