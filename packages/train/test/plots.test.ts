import * as Plot from "@observablehq/plot";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { curveOf, downsample } from "../src/plots/downsample.ts";
import {
  accuracyPlot,
  calibrationPlot,
  confusionPlot,
  gradientNormPlot,
  type HyperparameterData,
  hyperparametersInWords,
  hyperparametersPlot,
  lossPlot,
  type PlotOptions,
  png,
  svg,
} from "../src/plots/index.ts";
import { number, percent } from "../src/plots/numbers.ts";
import { smooth } from "../src/plots/smooth.ts";
import { extent } from "../src/plots/statistics.ts";
import type { StepLine } from "../src/training/callback.ts";
import { fixtureRun } from "./fixture-run.ts";
import { all, parseXml, textOf } from "./xml.ts";

const run = fixtureRun();
const { classNames } = run.facts.data;
const confusion = run.result?.confusion ?? [];
const inForce: HyperparameterData = { steps: run.steps, epochEnds: run.epochs.map(({ steps }) => steps) };
const manyClasses = (count: number) => {
  const names = Array.from({ length: count }, (_, k) => `kind ${k}`);
  return { classNames: names, confusion: fixtureRun({ classNames: names, perClass: 100 }).result?.confusion ?? [] };
};

/** Each plot, with what its text must have. */
const PLOTS: readonly (readonly [name: string, draw: (options?: PlotOptions) => string, texts: readonly string[]])[] = [
  [
    "loss",
    (options) => lossPlot(run, options),
    ["training, smoothed", "each step", "test images", "epoch", "step", "test images: lowest 0.235, epoch 5"],
  ],
  ["loss, log axis", (options) => lossPlot(run, { ...options, scale: "log" }), ["test images", "0.5", "2"]],
  ["accuracy", (options) => accuracyPlot(run, options), ["test images: highest 93.2\u00a0%, epoch 5", "100 %"]],
  ["gradient norm", (options) => gradientNormPlot(run, options), ["gradient norm, smoothed", "5", "2"]],
  [
    "hyperparameters",
    (options) => hyperparametersPlot(inForce, options),
    ["Learning rate", "Momentum", "0.004 → 0.1 → 2.4·10⁻⁶"],
  ],
  [
    "confusion matrix",
    (options) => confusionPlot({ classNames, confusion }, options),
    ["True class (rows)", "Predicted class (columns)", "Ankle boot", "correct", "wrong (up to 96)", "754"],
  ],
  ["confused pairs", (options) => confusionPlot(manyClasses(40), options), ["kind 6 → kind 0"]],
  [
    "calibration",
    (options) => calibrationPlot(run.result?.calibration ?? [], options),
    ["perfect calibration", "confidence (predicted probability)", "80 %"],
  ],
];

/** All that can be read in it, wherever its lines are broken. */
const words = (svg: string): string => textsOf(svg).join(" ").replaceAll("\u00a0", " ");
const textsOf = (svg: string): string[] =>
  [...parseHTML(svg).document.querySelectorAll("text")].map((text) => text.textContent ?? "");

describe.each(PLOTS)("%s", (_, draw, texts) => {
  test.each([720, 340])("at %i pixels: whole on its own, with title, words, legend and axes", (width) => {
    const svg = draw({ width });
    parseXml(svg);
    const root = parseHTML(svg).document.querySelector("svg");
    expect(root?.getAttribute("role")).toBe("img");
    expect(root?.getAttribute("aria-label")).toMatch(/^[A-Z].*\. .+\.$/s);
    expect(root?.getAttribute("width")).toBe(String(width));
    for (const text of texts) expect(words(svg)).toContain(text.replaceAll("\u00a0", " "));
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/NaN|undefined|Infinity|\bnull\b/);
  });

  test("it is a pure function of its data", () => {
    expect(draw()).toBe(draw());
  });

  test("without a title it has no edge, for a page that has a heading", () => {
    expect(draw({ width: 500, title: "" })).toContain('viewBox="0 0 500 ');
  });
});

test("the description of perfect predictions is valid XML", async () => {
  const perfect = calibrationPlot([{ from: 0.9, to: 1, count: 10, confidence: 0.9999, accuracy: 1 }]);
  expect(perfect).toMatch(/aria-label="[^"]*is &lt;\s0\.1\s%/);
  parseXml(perfect);
  expect((await png(perfect)).length).toBeGreaterThan(0);
});

test("a plot of another kind is XML too", () => {
  const root = parseXml(svg('"a" < b & c', { marks: [Plot.text(["x & y\u0007"], { frameAnchor: "middle" })] }));
  expect(root.attributes["aria-label"]).toBe('"a" < b & c');
  expect(all(root, "text").map(textOf)).toContain("x & y\\u0007");
});

test("a run of 100,000 steps has a small plot, and its one spike is in it", () => {
  const steps = Array.from({ length: 100_000 }, (_, step) =>
    line(step, { loss: step === 61_803 ? 0.99 : 0.2 + (0.1 * ((step * 7919) % 1000)) / 1000 }),
  );
  const svg = lossPlot({ steps, epochs: [] });
  expect(svg.length).toBeLessThan(60_000);
  expect(words(svg)).toContain("1 step of 100,000 is beyond the axis, up to 0.99.");
});

describe("downsample", () => {
  const curve = fc.array(fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constant(Number.NaN)), {
    minLength: 1,
    maxLength: 400,
  });

  test("keeps some of the points, their order, the ends, every extreme, and gaps", () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 1, max: 20 }), (values, stretches) => {
        const points = values.map((y, x) => ({ x, y }));
        const kept = downsample(curveOf(points), stretches);
        const places = kept.map(({ x }) => x);
        expect(kept).toEqual(places.map((x) => points[x]));
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect([places[0], places.at(-1)]).toEqual([0, points.length - 1]);
        expect(extent(kept.map(({ y }) => y))).toEqual(extent(values));
        expect(kept.some(({ y }) => Number.isNaN(y))).toBe(values.some(Number.isNaN));
        expect(kept.length).toBeLessThanOrEqual(5 * stretches);
      }),
    );
  });

  test("leaves what is short enough as it is", () => {
    const points = [3, 1, 2].map((y, x) => ({ x, y }));
    expect(downsample(curveOf(points), 1)).toEqual(points);
  });
});

describe("smooth", () => {
  const curve = (values: readonly number[]) => curveOf(values.map((y, x) => ({ x, y })));
  const values = Array.from({ length: 1000 }, (_, i) => Math.sin(i) + i / 100);

  test("is the debiased average that it says", () => {
    const { curve: smoothed, reach, formula } = smooth(curve(values));
    expect(reach).toBe(20);
    expect(formula.replaceAll("\u00a0", " ")).toBe(
      "debiased moving average, s ← βs + (1 − β)x, drawn as s / (1 − βⁿ) after n steps, β = 1 − 1/20",
    );
    let s = 0;
    for (const [i, x] of values.entries()) {
      s = 0.95 * s + 0.05 * x;
      expect(smoothed.y[i]).toBeCloseTo(s / (1 - 0.95 ** (i + 1)), 10);
    }
  });

  test("a loss that is no number is a gap, and not in the average", () => {
    const broken = values.map((y, i) => (i === 500 ? Number.NaN : y));
    const { curve: smoothed } = smooth(curve(broken));
    expect([...smoothed.x].filter((_, i) => Number.isNaN(smoothed.y[i]))).toEqual([500]);
    expect(smoothed.y[501]).toBeCloseTo(smooth(curve(values)).curve.y[501] as number, 1);
  });

  test("few steps are drawn as they are", () => {
    const raw = curve([3, 1, 2]);
    expect(smooth(raw)).toEqual({ curve: raw, reach: 1, formula: "no smoothing" });
  });
});

function line(step: number, values: Readonly<Record<string, number>>): StepLine {
  return {
    step,
    epoch: Math.floor(step / 100),
    loss: 1,
    accuracy: 0.5,
    batchSize: 64,
    gradientNorm: 1,
    lr: 0.1,
    ...values,
  };
}

describe("loss", () => {
  test("one high step does not flatten the others, and a note counts it", () => {
    const steps = Array.from({ length: 300 }, (_, step) => line(step, { loss: step === 100 ? 1000 : 1 }));
    expect(words(lossPlot({ steps, epochs: [] }))).toContain("1 step of 300 is beyond the axis, up to 1,000.");
  });

  test("zero is a gap on a log axis, and a note counts it", () => {
    const steps = Array.from({ length: 40 }, (_, step) => line(step, { loss: step === 7 ? 0 : 1 / (1 + step) }));
    expect(words(lossPlot({ steps, epochs: [] }, { scale: "log" }))).toContain(
      "1 step without a positive loss is a gap.",
    );
  });

  test.each(["linear", "log"] as const)("a run that has only begun has a plot: %s", (scale) => {
    expect(lossPlot({ steps: [], epochs: [] }, { scale })).toContain("No step has been taken yet.");
    expect(lossPlot({ steps: [line(0, {})], epochs: [] }, { scale })).not.toMatch(/NaN/);
  });

  test("a loss that was never a number leaves the axes", () => {
    const steps = [0, 1, 2].map((step) => line(step, { loss: Number.NaN }));
    expect(words(lossPlot({ steps, epochs: [] }))).toContain("3 steps without a finite loss are gaps.");
  });
});

describe("hyperparameters", () => {
  test("a shorter last batch of an epoch is no change of the batch size", () => {
    const steps = Array.from({ length: 200 }, (_, step) => line(step, { batchSize: step % 100 === 99 ? 7 : 64 }));
    expect(hyperparametersInWords({ steps })).toBe("Learning rate: 0.1 throughout. Constant: batch size 64.");
  });

  test("a batch-size schedule is drawn", () => {
    const steps = Array.from({ length: 400 }, (_, step) => line(step, { batchSize: step < 200 ? 64 : 512 }));
    expect(textsOf(hyperparametersPlot({ steps }))).toContain("Batch size");
    expect(hyperparametersInWords({ steps })).toBe("Learning rate: 0.1 throughout. Batch size: 64 → 512.");
  });

  test("the noise scale is drawn beside a batch size that changes, and alone says no more than the rate", () => {
    const steps = (batchSize: (step: number) => number) =>
      Array.from({ length: 300 }, (_, step) => {
        const size = step % 100 === 99 ? 7 : batchSize(step);
        return line(step, { lr: step < 200 ? 0.1 : 0.05, batchSize: size, noiseScale: 1024 / size });
      });
    expect(hyperparametersInWords({ steps: steps(() => 64) })).toBe(
      "Learning rate: 0.1 → 0.05. Constant: batch size 64.",
    );
    // The last epoch is one step.
    const growing = steps((step) => (step < 100 ? 64 : 256)).slice(0, 201);
    expect(hyperparametersInWords({ steps: growing })).toBe(
      "Learning rate: 0.1 → 0.05. Batch size: 64 → 256. Noise scale: 16 → 4.",
    );
  });

  test("a schedule can be drawn before it is used", () => {
    const steps = Array.from({ length: 50 }, (_, step) => ({ step, lr: 0.1 * (1 - step / 50), momentum: 0.9 }));
    expect(hyperparametersInWords({ steps })).toBe("Learning rate: 0.1 → 0.002. Constant: momentum 0.9.");
    expect(textsOf(hyperparametersPlot({ steps }))).toContain("0.1 → 0.002");
  });
});

describe("confusion", () => {
  test.each([
    [20, 720, "category 19"],
    [10, 340, "category 9"],
  ])("%i classes at %i pixels are a matrix", (count, width, name) => {
    const names = Array.from({ length: count }, (_, k) => `category ${k}`);
    const data = { classNames: names, confusion: manyClasses(count).confusion };
    expect(textsOf(confusionPlot(data, { width })).filter((text) => text === name)).toHaveLength(2);
  });

  test.each([
    [21, 720],
    [11, 340],
  ])("%i classes at %i pixels become the most frequent confusions", (count, width) => {
    expect(words(confusionPlot(manyClasses(count), { width }))).toContain("most frequent confusions");
  });

  test("no mistake at all", () => {
    const perfect = {
      classNames: ["a", "b"],
      confusion: [
        [3, 0],
        [0, 4],
      ],
    };
    const svg = confusionPlot(perfect);
    expect(svg).toContain("7 of 7 images are classified correctly.");
    expect(svg).not.toMatch(/NaN/);
  });

  test("a class without images", () => {
    expect(
      confusionPlot({
        classNames: ["a", "b"],
        confusion: [
          [3, 1],
          [0, 0],
        ],
      }),
    ).not.toMatch(/NaN/);
  });
});

describe("png", () => {
  const pixels = async (svg: string, scale?: number) => {
    const { data, info } = await sharp(await png(svg, scale))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number): number[] => [
      ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
    ];
    return { ...info, data, at };
  };

  test.each([1, 2, 3])("scale %i: so many pixels for one, light on white", async (scale) => {
    const svg = lossPlot(run);
    const height = Number(parseHTML(svg).document.querySelector("svg")?.getAttribute("height"));
    const picture = await pixels(svg, scale);
    expect([picture.width, picture.height]).toEqual([720 * scale, height * scale]);
    expect(picture.at(2, 2)).toEqual([255, 255, 255]);
  });

  test("it has the curve in its light colour, and text", async (context) => {
    const { data, width, at } = await pixels(lossPlot(run));
    const blue = Array.from({ length: data.length / 3 }, (_, i) => data.subarray(3 * i, 3 * i + 3)).filter(
      ([r = 0, g = 0, b = 0]) => Math.abs(r - 0x2f) + Math.abs(g - 0x64) + Math.abs(b - 0xcc) < 12,
    );
    expect(blue.length).toBeGreaterThan(500);
    const title = Array.from({ length: 80 * 30 }, (_, i) => at(32 + (i % 80), 36 + Math.floor(i / 80)));
    if (title.every(([r]) => r === 255) && !process.env.CI) {
      console.warn(
        "Text in PNG files is not tested: this machine has no fonts (on Debian, apt-get install fonts-dejavu-core).",
      );
      context.skip("there are no fonts");
    }
    expect(title.some(([r = 255]) => r < 80)).toBe(true);
    expect(width).toBe(1440);
  });
});

test.each([
  [0, "0"],
  [1234.5678, "1,235"],
  [0.000123456, "0.0001235"],
  [0.0000123456, "1.235·10⁻⁵"],
  [-2e-9, "−2·10⁻⁹"],
  [1e-3, "0.001"],
  [1e7, "10⁷"],
  [Number.NaN, "not a number"],
])("%d is written %s", (value, text) => {
  expect(number(value)).toBe(text);
});

test.each([
  [0.9234, "92.3 %"],
  [1, "100.0 %"],
  [0.99999, "> 99.9 %"],
  [0, "0.0 %"],
  [1e-5, "< 0.1 %"],
])("the share %d is written %s", (share, text) => {
  expect(percent(share).replaceAll("\u00a0", " ")).toBe(text);
});

test("the extent of a million values", () => {
  expect(extent(Array.from({ length: 1e6 }, (_, i) => (i === 5 ? Number.NaN : i)))).toEqual([0, 999_999]);
});

test.each([0.05, 0.01, 0.001])("the numbers of an axis that spans %d differ from each other", (span) => {
  const steps = Array.from({ length: 5 }, (_, step) => ({
    ...(run.steps[step] as StepLine),
    step,
    loss: 2.3 + (span * step) / 4,
  }));
  const document = parseXml(lossPlot({ ...run, steps, epochs: [] }));
  const ticks = all(document, "text")
    .map(textOf)
    .filter((text) => /^2\.\d+$/.test(text));
  expect(ticks.length).toBeGreaterThan(2);
  expect(new Set(ticks).size).toBe(ticks.length);
});
