import { noiseScale } from "@downhill/optim";
import { number, percent } from "@downhill/train/plots";
import { average } from "@downhill/train/statistics";
import { toCsv } from "@downhill/train/text";
import { isBetter } from "../difference.ts";
import { seriesPlot } from "../plots/series-plot.ts";
import type { Reproduced } from "../reproduction.ts";
import type { ReproductionContext } from "../running/context.ts";
import { accuraciesOf, trainSettings } from "../running/train-settings.ts";
import { explainedBy } from "./equal-noise.ts";
import { PLAIN } from "./settings.ts";

/** Learning rates for one image: the rate of a batch is proportional to its size. */
const RATES_PER_IMAGE = [2.5e-4, 1e-3, 4e-3];
const MIDDLE = 1e-3;
const BATCH_SIZES = [16, 32, 64, 128];
/** A quarter of all images, for which the rule is not meant. */
const LARGE = 1000;
const EPOCHS = 4;
/** Least share of the variance that the one number that matters explains. */
const EXPLAINED = 0.9;

/** Trains with several learning rates and batch sizes of the same noise scale of SGD. */
export async function equalNoise(context: ReproductionContext): Promise<Pick<Reproduced, "claims" | "files">> {
  const perImage = context.quick ? RATES_PER_IMAGE.slice(0, 2) : RATES_PER_IMAGE;
  const [batchSizes, large] = context.quick ? [[16], 64] : [BATCH_SIZES, LARGE];
  const cells = [
    ...perImage.flatMap((rate) => batchSizes.map((batchSize) => ({ rate, batchSize }))),
    { rate: MIDDLE, batchSize: large },
  ];
  const named = cells.map((cell) => {
    const lr = cell.rate * cell.batchSize;
    const scale = noiseScale({ lr, batchSize: cell.batchSize, trainSize: context.trainImages });
    return { ...cell, lr, scale, name: `noise ${number(scale, 2)}, batch ${cell.batchSize}` };
  });
  const epochs = context.quick ? 1 : EPOCHS;
  const trained = await trainSettings(
    context,
    Object.fromEntries(
      named.map(({ name, lr, batchSize }) => [name, { ...PLAIN, lr, batchSize, epochs, evaluateEvery: epochs }]),
    ),
  );
  const scored = named.map((cell) => ({ ...cell, accuracies: accuraciesOf(trained[cell.name] ?? []) }));
  const equal = scored.slice(0, -1);
  const [limit] = scored.slice(-1) as [(typeof scored)[number]];
  const shares = (["scale", "lr", "batchSize"] as const).map((key) =>
    explainedBy(equal.flatMap(({ accuracies, [key]: group }) => accuracies.map((score) => ({ group, score })))),
  ) as [number, number, number];
  const scales = [...new Set(equal.map(({ scale }) => scale))];
  const ranges = scales.map((scale) => {
    const means = equal.filter((cell) => cell.scale === scale).map(({ accuracies }) => average(accuracies));
    return `${number(scale, 2)}: ${percent(Math.min(...means))} to ${percent(Math.max(...means))}`;
  });
  const small = equal.find(
    (cell) => cell.rate === MIDDLE && cell.batchSize === batchSizes[0],
  ) as (typeof scored)[number];
  return {
    claims: [
      {
        statement:
          "Trainings with equal rate * images / batch size end alike, and others do not (Smith and Le, arXiv 1710.06451)",
        rule: `that number explains at least ${percent(EXPLAINED)} of the variance of the accuracies, and more than rate or batch size alone`,
        measured: `explained: ${percent(shares[0])}; by the rate ${percent(shares[1])}, by the batch size ${percent(shares[2])}. Accuracies over batch sizes from ${batchSizes[0]} to ${batchSizes.at(-1)}, at the noise scale ${ranges.join(", ")}`,
        holds: shares[0] >= EXPLAINED && shares[0] > shares[1] && shares[0] > shares[2],
      },
      isBetter(
        "Limit: the rule holds for batches far below the number of images, and a quarter of them is worse at the same noise scale (arXiv 1711.00489, section 2)",
        [`batches of ${small.batchSize}`, small.accuracies],
        [`batches of ${limit.batchSize}`, limit.accuracies],
      ),
    ],
    files: new Map([
      [
        "equal-noise.svg",
        seriesPlot({
          title: "Equal noise scale, different batch sizes",
          x: "batch size",
          y: "Test accuracy",
          isShare: true,
          hasDots: true,
          scale: { x: "log" },
          series: scales.map((scale) => ({
            name: `rate * images / batch = ${number(scale, 2)}`,
            curves: context.seeds.map((_, seed) =>
              scored
                .filter((cell) => cell.scale === scale)
                .map(({ batchSize, accuracies }) => [batchSize, accuracies[seed] ?? Number.NaN] as const),
            ),
          })),
        }),
      ],
      [
        "equal-noise.csv",
        toCsv(
          scored.flatMap(({ scale, lr, batchSize, accuracies }) =>
            accuracies.map((accuracy, i) => ({ noiseScale: scale, lr, batchSize, seed: context.seeds[i], accuracy })),
          ),
        ),
      ],
    ]),
  };
}
