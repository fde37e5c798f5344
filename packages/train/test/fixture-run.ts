import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mix, randomAt, randomKey } from "@downhill/optim/random";
import sharp from "sharp";
import { withLaterOptions } from "../src/config/run-config.ts";
import type { CalibrationBin } from "../src/evaluation/calibration.ts";
import type { Run } from "../src/run-folder/read.ts";

/** Options of a fictitious run. */
export interface FixtureOptions {
  readonly classNames?: readonly string[];
  readonly stepsPerEpoch?: number;
  readonly epochs?: number;
  /** Number of evaluated images per class. */
  readonly perClass?: number;
  /** Gap between training and evaluation at the end. */
  readonly overfit?: number;
}

export const CLOTHES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const;
/** Pairs of similar classes, with the frequency of their confusion. */
const ALIKE: readonly (readonly [number, number, number])[] = [
  [6, 0, 0.11],
  [0, 6, 0.08],
  [6, 2, 0.07],
  [2, 6, 0.05],
  [4, 2, 0.06],
  [2, 4, 0.05],
  [6, 4, 0.06],
  [4, 6, 0.05],
  [9, 7, 0.03],
  [7, 9, 0.02],
  [5, 7, 0.015],
  [3, 6, 0.03],
];

/** Numbers as a training would measure them: seeded, so the same each time. */
export function fixtureRun({
  classNames = CLOTHES,
  stepsPerEpoch = 120,
  epochs = 5,
  perClass = 1000,
  overfit = 0,
}: FixtureOptions = {}): Omit<Run, "folder"> {
  const total = stepsPerEpoch * epochs;
  const noise = (name: string, i: number): number => {
    const key = randomKey(7, i, name);
    return randomAt(0, key, 1) + randomAt(0, key, 2) + randomAt(0, key, 3) - 1.5;
  };
  const mean = (step: number): number =>
    0.2 + 2.1 * Math.exp(-step / (0.06 * total)) + 0.35 * Math.exp(-step / (0.5 * total)) - 0.1 * (step / total);
  const steps = Array.from({ length: total }, (_, step) => {
    const progress = step / total;
    const rising = progress < 0.3;
    const angle = rising ? progress / 0.3 : 1 - (progress - 0.3) / 0.7;
    const wave = (1 - Math.cos(Math.PI * angle)) / 2;
    const loss =
      mean(step) *
      (1 - overfit * progress) *
      Math.exp(0.25 * noise("loss", step)) *
      (step === Math.floor(0.4 * total) ? 9 : 1);
    return {
      step,
      epoch: Math.floor(step / stepsPerEpoch),
      loss,
      accuracy:
        Math.round(
          64 *
            Math.min(
              1,
              Math.max(0.05, Math.exp(-0.38 * mean(step) * (1 - overfit * progress)) + 0.05 * noise("accuracy", step)),
            ),
        ) / 64,
      batchSize: (step + 1) % stepsPerEpoch === 0 ? 32 : 64,
      lr: rising ? 0.004 + 0.096 * wave : 1e-6 + 0.1 * wave,
      momentum: 0.95 - 0.1 * wave,
      dampening: 0,
      weightDecay: 5e-4,
      gradientNorm: (0.6 + 1.5 * mean(step)) * Math.exp(0.4 * noise("norm", step)),
    };
  });
  const classes = classNames.length;
  const confusion = classNames.map((_, label) => {
    const row = classNames.map((_, predicted) => {
      const alike = ALIKE.find(([a, b]) => a === label && b === predicted)?.[2] ?? 0;
      const stray = randomAt(label * classes + predicted, mix(11), 0) ** 8 * 0.008;
      return label === predicted
        ? 0
        : Math.round(perClass * (alike * (0.8 + 0.4 * randomAt(predicted, mix(label), 0)) + stray));
    });
    row[label] = Math.max(0, perClass - row.reduce((sum, n) => sum + n, 0));
    return row;
  });
  const images = perClass * classes;
  const accuracy = confusion.reduce((sum, row, k) => sum + (row[k] as number), 0) / images;
  const perClassAccuracy = confusion.map((row, k) => (row[k] as number) / perClass);
  const bins = calibration(images, accuracy);
  const evaluate = (epoch: number) => {
    const away = 0.09 * Math.exp(-epoch / 1.2) - 0.09 * Math.exp(-(epochs - 1) / 1.2);
    return {
      part: "test" as const,
      loss: 0.235 + 2.2 * away + overfit * 0.15 * Math.max(0, epoch - epochs / 2),
      accuracy: accuracy - away,
      top5: 0.998,
      calibrationError: errorOf(bins),
      perClass: perClassAccuracy,
    };
  };
  const lines = Array.from({ length: epochs }, (_, epoch) => {
    const own = steps.slice(epoch * stepsPerEpoch, (epoch + 1) * stepsPerEpoch);
    const average = (of: (line: (typeof steps)[number]) => number): number =>
      own.reduce((sum, line) => sum + of(line), 0) / own.length;
    return {
      epoch,
      steps: (epoch + 1) * stepsPerEpoch,
      train: { loss: average((line) => line.loss), accuracy: average((line) => line.accuracy) },
      evaluation: evaluate(epoch),
    };
  });
  const mistakes = confusion
    .flatMap((row, label) =>
      row.flatMap((n, predicted) => (label === predicted || n === 0 ? [] : [{ label, predicted, n }])),
    )
    .sort((a, b) => b.n - a.n)
    .slice(0, 24)
    .map(({ label, predicted }, i) => {
      const index = mix(i) % images;
      const probability = 1 - 0.0004 * 1.22 ** i;
      return { index, name: `test ${index}`, label, predicted, probability, loss: 8 - 0.2 * i };
    });
  const seconds = 18.4;
  return {
    status: "finished",
    facts: {
      version: 1,
      id: "2026-11-25-fashion-mnist-lenet",
      created: "2026-11-25T17:14:03.120Z",
      command: "downhill train fashion-mnist --model lenet --optimizer sgd --lr 0.1 --epochs 5 --seed 1",
      given: { data: "fashion-mnist", model: "lenet", optimizer: "sgd", lr: 0.1, epochs, seed: 1 },
      config: withLaterOptions({
        data: "fashion-mnist",
        model: "lenet",
        modelOptions: {},
        optimizer: "sgd",
        lr: 0.1,
        hyperparameters: { momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
        groups: [],
        schedule: "oneCycle",
        cycleMomentum: true,
        warmup: 0,
        clipNorm: null,
        ema: null,
        lookahead: false,
        epochs,
        batchSize: 64,
        batchSchedule: null,
        increaseBatchInsteadOfDecay: false,
        largestBatch: null,
        largestPart: null,
        order: "shuffled",
        augment: [],
        labelSmoothing: 0,
        evaluateEvery: 1,
        testTimeAugmentation: "none",
        earlyStopping: null,
        checkpointSeconds: 30,
        seed: 1,
        threads: 2,
        device: null,
      }),
      seed: 1,
      data: {
        name: "fashion-mnist",
        source: "fashion-mnist",
        kind: "idx",
        fingerprint: "9f2c1d7be04a6638f5c0a1f4b0c7d5e2a8b39c6d17e40f52ab96c3d8e1f70a4b",
        imageShape: [1, 28, 28],
        classNames,
        counts: { train: 64 * stepsPerEpoch - 32, validation: 0, test: images },
        normalization: { mean: [0.286], std: [0.353] },
        findings: [],
      },
      model: { name: "lenet", parameters: 61_706, multiplyAdds: 416_520 },
      optimizer: {
        name: "sgd",
        title: "SGD",
        hyperparameters: {
          lr: 0.004,
          momentum: 0.95,
          dampening: 0,
          weightDecay: 5e-4,
          nesterov: true,
          lrInMomentum: false,
        },
      },
      schedule: { kind: "oneCycle", maxLr: 0.1, totalSteps: total },
      stepsPerEpoch,
      totalSteps: total,
      device: { name: "cpu", threads: 2, lowering: "blocked", reason: "cpu: the best that works here" },
      versions: { downhill: "0.1.0", node: "20.20.2", onnxruntime: "1.30.0", platform: "linux-x64" },
    },
    steps,
    epochs: lines,
    timings: lines.map(({ epoch }) => ({
      epoch,
      seconds: seconds + 0.6 * noise("seconds", epoch),
      imagesPerSecond: 3260 + 80 * noise("rate", epoch),
      waitingShare: 0.004 + 0.002 * randomAt(epoch, mix(3), 0),
    })),
    result: {
      status: "finished",
      reason: null,
      steps: total,
      epochs,
      seconds: seconds * epochs,
      imagesPerSecond: 3255,
      waitingShare: 0.005,
      seed: 1,
      part: "test",
      images,
      validation: null,
      accuracy,
      loss: lines.at(-1)?.evaluation.loss ?? 0,
      top5: 0.998,
      calibrationError: errorOf(bins),
      perClass: perClassAccuracy,
      confusion,
      calibration: bins,
      mistakes,
    },
  };
}

const errorOf = (bins: readonly CalibrationBin[]): number => {
  const images = bins.reduce((sum, bin) => sum + bin.count, 0);
  return bins.reduce((sum, bin) => sum + (bin.count / images) * Math.abs(bin.confidence - bin.accuracy), 0);
};

/** Returns fifteen bins of a slightly overconfident model, with few images at low confidence and the given accuracy in total. */
function calibration(images: number, accuracy: number): CalibrationBin[] {
  const lower = Array.from({ length: 11 }, (_, i): CalibrationBin => {
    const bin = i + 3;
    const count = Math.round(0.004 * 1.17 ** bin * images);
    const confidence = (bin + 0.55) / 15;
    const right = Math.round(Math.max(0, confidence - 0.05 + 0.06 * (randomAt(bin, mix(5), 0) - 0.5)) * count);
    return { from: bin / 15, to: (bin + 1) / 15, count, confidence, accuracy: right / count };
  }).filter(({ count }) => count > 0);
  const count = lower.reduce((rest, bin) => rest - bin.count, images);
  const right = lower.reduce((rest, bin) => rest - bin.count * bin.accuracy, Math.round(accuracy * images));
  return [...lower, { from: 14 / 15, to: 1, count, confidence: 0.991, accuracy: Math.min(1, right / count) }];
}

/** The files that such a run leaves, but for weights. */
export function writeFixtureRun(folder: string, run: Omit<Run, "folder">): void {
  mkdirSync(folder, { recursive: true });
  const lines = (objects: readonly object[]): string => objects.map((object) => `${JSON.stringify(object)}\n`).join("");
  const metrics = run.epochs.flatMap((epoch) => [...run.steps.filter((line) => line.epoch === epoch.epoch), epoch]);
  const later = run.steps.filter((line) => line.epoch >= run.epochs.length);
  writeFileSync(join(folder, "run.json"), JSON.stringify(run.facts, null, 2));
  writeFileSync(join(folder, "metrics.ndjson"), lines([...metrics, ...later]));
  writeFileSync(join(folder, "timings.ndjson"), lines(run.timings));
  if (run.result) writeFileSync(join(folder, "result.json"), JSON.stringify(run.result));
}

/** Small grey pictures, one for each mistake. */
export async function fixturePictures(run: Omit<Run, "folder">, side = 28): Promise<Uint8Array[]> {
  return await Promise.all(
    (run.result?.mistakes ?? []).map(({ label }, i) => {
      const pixels = Uint8Array.from({ length: side * side }, (_, at) => {
        const [x, y] = [(at % side) / side - 0.5, Math.floor(at / side) / side - 0.5];
        const inside = Math.abs(x) < 0.2 + 0.02 * label && Math.abs(y) < 0.42 - 0.015 * label;
        return inside ? 120 + 120 * randomAt(at, mix(i), 0) : 0;
      });
      return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toBuffer();
    }),
  );
}
