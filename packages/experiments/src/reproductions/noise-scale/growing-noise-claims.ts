import { number } from "@downhill/train/plots";
import { meanOf } from "@downhill/train/statistics";
import { toCsv } from "@downhill/train/text";
import { at } from "../../at.ts";
import { seriesPlot } from "../plots/series-plot.ts";
import type { Reproduced } from "../reproduction.ts";
import type { ReproductionContext } from "../running/context.ts";
import { PLAIN } from "./settings.ts";
import { type NoiseAtStep, noiseDuring } from "./to-target.ts";

const BATCH_SIZE = 64;
const RATE = 0.1;
const EPOCHS = 10;
/** Updates before each measurement: from the end of the first, unsteady steps to the end of the training. */
const updatesOf = (images: number): number[] => [8, 32, 125, 312, Math.floor((EPOCHS * images) / BATCH_SIZE)];

/** Returns a noise scale, or its lower bound where the noise hides the gradient. */
export const knownScale = ({ noiseScale, interval }: Pick<NoiseAtStep, "noiseScale" | "interval">): number =>
  Number.isFinite(noiseScale) ? noiseScale : interval[0];

/** Measures the gradient noise scale during trainings. */
export async function growingNoise(context: ReproductionContext): Promise<Pick<Reproduced, "claims" | "files">> {
  const updates = context.quick ? [1, 2] : updatesOf(context.trainImages);
  const results = await context.compute(
    context.seeds.map((seed) => ({
      name: `gradient noise, seed ${seed}`,
      kind: `noise after ${updates.join(", ")} updates`,
      settings: {
        ...PLAIN,
        lr: RATE,
        batchSize: BATCH_SIZE,
        epochs: context.quick ? 1 : EPOCHS,
        evaluateEvery: EPOCHS,
        seed,
      },
      compute: noiseDuring(updates),
    })),
  );
  const courses = results.map(({ noise }) => noise);
  const factors = courses.map((noise) =>
    Math.log10(knownScale(at(noise, noise.length - 1)) / knownScale(at(noise, 0))),
  );
  const growth = meanOf(factors);
  const shown = at(courses, 0).map((one) => `${one.updates}: ${rangeText(one)}`);
  return {
    claims: [
      {
        statement: "The gradient noise scale grows during training (McCandlish et al., abstract)",
        rule: "the 95 % interval of the growth over the seeds is above 1",
        measured: `grows by a factor of ${number(10 ** growth.mean, 2)}${growth.interval ? ` (${growth.interval.map((end) => number(10 ** end, 2)).join(" to ")})` : ""} from update ${updates[0]} to ${updates.at(-1)}. Scale in images, with its interval, after updates of the first seed: ${shown.join("; ")}`,
        holds: growth.interval && growth.interval[0] > 0,
      },
    ],
    files: new Map([
      [
        "noise-during-training.svg",
        seriesPlot({
          title: "Gradient noise scale during training",
          x: "updates",
          y: "Noise scale, images",
          hasDots: true,
          scale: { x: "log", y: "log" },
          series: [
            {
              name: "tr(S) / |G|²",
              curves: courses.map((noise) => noise.map((one) => [one.updates, knownScale(one)] as const)),
            },
          ],
        }),
      ],
      [
        "noise-during-training.csv",
        toCsv(
          courses.flatMap((noise, i) =>
            noise.map(({ updates: after, noiseScale, interval: [low, high], variance, squaredNorm }) => ({
              seed: context.seeds[i],
              updates: after,
              noiseScale: finite(noiseScale),
              low: finite(low),
              high: finite(high),
              variance,
              squaredNorm,
            })),
          ),
        ),
      ],
    ]),
  };
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

const rangeText = ({ noiseScale, interval: [low, high] }: NoiseAtStep): string =>
  `${number(noiseScale, 2)} (${number(low, 2)} to ${finite(high) === null ? "unlimited" : number(high, 2)})`;
