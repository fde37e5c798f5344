import { number } from "@downhill/train/plots";
import { average } from "@downhill/train/statistics";
import { toCsv } from "@downhill/train/text";
import { at } from "../../at.ts";
import { seriesPlot } from "../plots/series-plot.ts";
import type { Reproduced } from "../reproduction.ts";
import type { ReproductionContext } from "../running/context.ts";
import { fitTradeOff, type UpdatesToTarget } from "./critical-batch.ts";
import { knownScale } from "./growing-noise-claims.ts";
import { PLAIN } from "./settings.ts";
import { noiseDuring, updatesToTarget } from "./to-target.ts";

const BATCH_SIZES = [8, 16, 32, 64, 128, 256, 512];
/** Training loss whose updates are counted. */
const TARGET = 0.6;
/** Passes over the images after which a training gives up. */
const MOST_EPOCHS = 20;
/** First rate of each batch size: the form of the paper's best rate, with a guess of the critical batch size. */
const firstRate = (batchSize: number): number => 0.4 / (1 + 64 / batchSize);
/** Maximum number of rates that are tried for each batch size. */
const TRIES = 5;
/** Batch size of the training during which the noise is measured. */
const MIDDLE = 32;
/** Number of measurements of the noise on the way to the target. */
const MEASUREMENTS = 5;
/** Greatest residual of the fit, in decades, and greatest factor between critical batch size and noise scale. */
const RESIDUAL = 0.1;
const FACTOR = 10;

/** Best rate of a batch size with the updates of each seed. */
interface Tuned extends UpdatesToTarget {
  readonly lr: number;
  readonly tried: readonly { readonly lr: number; readonly updates: number | null }[];
  readonly ofSeeds: readonly number[];
}

/** Counts the updates to a loss with each batch size, and compares the critical batch size with the noise scale. */
export async function criticalBatch(context: ReproductionContext): Promise<Pick<Reproduced, "claims" | "files">> {
  const tuned: Tuned[] = [];
  for (const batchSize of context.quick ? [MIDDLE] : BATCH_SIZES) tuned.push(await tune(context, batchSize));
  const middle = tuned.find(({ batchSize }) => batchSize === MIDDLE) as Tuned;
  const scale = await scaleOnTheWay(context, middle);
  const fit = fitTradeOff(tuned);
  const curve = tuned.map(({ batchSize }) => [batchSize, fit.least * (1 + fit.critical / batchSize)] as const);
  const ratio = fit.critical / scale;
  const counted = tuned.map(({ batchSize, updates }) => `${batchSize}: ${number(updates, 3)}`).join(", ");
  return {
    claims: [
      {
        statement:
          "The updates to a loss are proportional to 1 + critical batch size / batch size (McCandlish et al., section 2)",
        rule: `the root mean square residual of the fit is at most ${RESIDUAL} decades`,
        measured: `updates by batch size: ${counted}; critical batch size ${number(fit.critical, 2)}, residual ${number(fit.residual, 2)} decades`,
        holds: fit.residual <= RESIDUAL,
      },
      {
        statement:
          "The gradient noise scale predicts the critical batch size, here to within an order of magnitude (abstract)",
        rule: `they differ by a factor of at most ${FACTOR}`,
        measured: `critical batch size ${number(fit.critical, 2)}, mean noise scale on the way to the loss ${number(scale, 2)}`,
        holds: ratio <= FACTOR && ratio >= 1 / FACTOR,
      },
    ],
    files: new Map([
      [
        "critical-batch.svg",
        seriesPlot({
          title: `Updates to a training loss of ${TARGET}`,
          x: "batch size",
          y: "Updates",
          hasDots: true,
          scale: { x: "log", y: "log" },
          series: [
            {
              name: "measured",
              curves: context.seeds.map((_, seed) =>
                tuned.map(({ batchSize, ofSeeds }) => [batchSize, ofSeeds[seed] ?? Number.NaN] as const),
              ),
            },
            { name: `fit with the critical batch size ${number(fit.critical, 2)}`, curves: [curve] },
          ],
        }),
      ],
      [
        "critical-batch.csv",
        toCsv(
          tuned.flatMap(({ batchSize, tried, lr, updates }) =>
            tried.map((one) => ({
              batchSize,
              lr: one.lr,
              updates: one.updates,
              isChosen: one.lr === lr,
              meanUpdates: one.lr === lr ? updates : null,
            })),
          ),
        ),
      ],
    ]),
  };
}

/** Searches the rate with the fewest updates on the first seed, by factors of 2, and repeats it with the other seeds. */
async function tune(context: ReproductionContext, batchSize: number): Promise<Tuned> {
  const { quick, seeds, trainImages } = context;
  const [target, most] = quick ? [10, 2] : [TARGET, Math.ceil((MOST_EPOCHS * trainImages) / batchSize)];
  const count = async (lr: number, ofSeeds: readonly number[]): Promise<(number | null)[]> => {
    const results = await context.compute(
      ofSeeds.map((seed) => ({
        name: `updates to ${TARGET}, batch ${batchSize}, rate ${number(lr, 2)}, seed ${seed}`,
        kind: `updates to ${target}, at most ${most}`,
        settings: { ...PLAIN, lr, batchSize, epochs: quick ? 1 : MOST_EPOCHS, evaluateEvery: MOST_EPOCHS, seed },
        compute: updatesToTarget(target, most),
      })),
    );
    return results.map(({ updates }) => updates);
  };
  const tried: { readonly lr: number; readonly updates: number | null }[] = [];
  const first = Number(firstRate(batchSize).toPrecision(2));
  const tryRate = async (lr: number): Promise<void> => {
    tried.push({ lr, updates: at(await count(lr, seeds.slice(0, 1)), 0) });
  };
  await tryRate(first);
  if (!quick) await tryRate(2 * first);
  for (let next = outside(tried); !quick && next !== null && tried.length < TRIES; next = outside(tried)) {
    await tryRate(next);
  }
  const { lr, updates } = best(tried);
  const others = await count(lr, seeds.slice(1));
  const ofSeeds = [updates, ...others].map((one) => one ?? most);
  return { batchSize, lr, tried, ofSeeds, updates: average(ofSeeds) };
}

/** Returns a rate beyond the best one if that is the highest or lowest so far; null if it is between others. */
function outside(tried: readonly { readonly lr: number; readonly updates: number | null }[]): number | null {
  const rates = tried.map(({ lr }) => lr);
  const { lr } = best(tried);
  if (lr === Math.max(...rates)) return 2 * lr;
  return lr === Math.min(...rates) ? lr / 2 : null;
}

/** Returns the rate with the fewest updates; rates that do not reach the target are the worst. */
const best = <T extends { readonly updates: number | null }>(tried: readonly T[]): T =>
  tried.reduce((a, b) => ((b.updates ?? Infinity) < (a.updates ?? Infinity) ? b : a));

/** Returns the mean gradient noise scale at equal distances on the way to the target. */
async function scaleOnTheWay(context: ReproductionContext, { batchSize, lr, updates }: Tuned): Promise<number> {
  const count = context.quick ? 1 : MEASUREMENTS;
  const places = Array.from({ length: count }, (_, i) => Math.max(1, Math.round((updates * (i + 1)) / count)));
  const courses = await context.compute(
    context.seeds.map((seed) => ({
      name: `gradient noise until ${TARGET}, seed ${seed}`,
      kind: `noise after ${places.join(", ")} updates`,
      settings: { ...PLAIN, lr, batchSize, epochs: MOST_EPOCHS, evaluateEvery: MOST_EPOCHS, seed },
      compute: noiseDuring(places),
    })),
  );
  return average(courses.flatMap(({ noise }) => noise.map(knownScale)));
}
