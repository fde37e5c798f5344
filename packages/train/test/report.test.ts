import { parseHTML } from "linkedom";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { differenceInterval } from "../src/evaluation/interval.ts";
import { accuracyInWords, accuracyPlot } from "../src/plots/accuracy.ts";
import { lossPlot } from "../src/plots/loss.ts";
import { percent } from "../src/plots/numbers.ts";
import { reportedEvaluation } from "../src/report/evaluation.ts";
import { html } from "../src/report/html.ts";
import { mistakePictures, sizeOfPng } from "../src/report/pictures.ts";
import { plotsOfRun } from "../src/report/plot-files.ts";
import { report } from "../src/report/report.ts";
import { type Warning, warnings } from "../src/report/warnings/index.ts";
import { large, listed, moment, shown } from "../src/report/words.ts";
import type { Run } from "../src/run-folder/read.ts";
import type { RunResult } from "../src/run-folder/result.ts";
import { duration } from "../src/text/duration.ts";
import type { EpochLine } from "../src/training/callback.ts";
import { fixturePictures, fixtureRun } from "./fixture-run.ts";

const run: Run = { ...fixtureRun({ stepsPerEpoch: 40 }), folder: "runs/first" };
const result = run.result as RunResult;
const pictures = await fixturePictures(run);

/** A run with other facts, and another result. */
const withFacts = (facts: Partial<Run["facts"]>, base = run): Run => ({ ...base, facts: { ...base.facts, ...facts } });
const withConfig = (config: Partial<Run["facts"]["config"]>): Run =>
  withFacts({ config: { ...run.facts.config, ...config } });
const withResult = (changes: Partial<RunResult>, base = run): Run => ({ ...base, result: { ...result, ...changes } });
/** An epoch with another validation loss, and an accuracy above all others; unchanged without one. */
const withLoss = (line: EpochLine, loss: number | null | undefined): EpochLine => {
  const evaluation = line.evaluation as NonNullable<EpochLine["evaluation"]>;
  return loss === undefined ? line : { ...line, evaluation: { ...evaluation, loss: loss as number, accuracy: 0.999 } };
};
const withoutResult: Run = {
  ...run,
  result: null,
  status: "unfinished",
  steps: run.steps.slice(0, 130),
  epochs: run.epochs.slice(0, 3),
};
const unevaluated: Run = {
  ...withResult({
    part: null,
    images: null,
    accuracy: null,
    loss: null,
    top5: null,
    calibrationError: null,
    perClass: null,
    confusion: null,
    calibration: null,
    mistakes: [],
  }),
  epochs: run.epochs.map((line) => ({ ...line, evaluation: null })),
};
const begun: Run = { ...withoutResult, steps: [], epochs: [], timings: [], status: "running" };

const wordsOf = (page: string): string => {
  const { document } = parseHTML(page.replaceAll("</dt>", "</dt> "));
  for (const hidden of document.querySelectorAll("script, style")) hidden.remove();
  return (document.body.textContent ?? "").replaceAll(/\s+/g, " ");
};

/** Runs at every stage, with texts that their reports must and must not contain. */
const STAGES: readonly (readonly [stage: string, run: Run, says: readonly string[], not: readonly string[]])[] = [
  [
    "finished",
    run,
    [
      "93.2 % accuracy on 10,000 test images of fashion-mnist",
      "95 % interval: 92.7 % to 93.7 % (Wilson)",
      "lenet with 61,706 parameters, trained with SGD for 5 epochs on 2,528 images, batch size 64, on CPU with 2 threads.",
      "833,040 (two per multiply-add)",
      "buffer = momentum * buffer + (t == 1 ? 1 : 1 - dampening) * g",
      "Weakest class 75.4 % of 1,000 images of Shirt",
      "Most frequent confusions: Shirt as T-shirt/top, 96 (9.6 % of its images)",
      "kind oneCycle",
      "downhill train fashion-mnist --model lenet --optimizer sgd --lr 0.1 --epochs 5 --seed 1",
      "25 November 2026, 17:14 UTC",
    ],
    ["maximize", "--resume"],
  ],
  [
    "stopped after three epochs",
    withoutResult,
    ["So far 91.9 %", "130 of 200 steps are done.", "Resume the run to complete it."],
    ["Errors by class", "The worst mistakes"],
  ],
  [
    "not evaluated",
    unevaluated,
    ["lenet, 5 epochs on fashion-mnist: not evaluated yet", "No images were held out"],
    ["Errors by class", "95 % interval"],
  ],
  ["just started", begun, ["The run is in progress", "0 of 200 steps"], ["Training curves"]],
  ["of one step", { ...withoutResult, steps: run.steps.slice(0, 1), epochs: [] }, ["Training curves"], []],
  [
    "of many classes",
    { ...fixtureRun({ classNames: Array.from({ length: 40 }, (_, k) => `kind ${k}`), perClass: 100 }), folder: "x" },
    ["The 20 least accurate classes", "All 40 classes", "Most frequent confusions"],
    [],
  ],
];

describe("the report of a run", () => {
  test.each(STAGES)("%s", (_, stage, says, not) => {
    const page = report({ run: stage });
    const text = wordsOf(page);
    for (const part of says) expect(text).toContain(part);
    for (const part of not) expect(text).not.toContain(part);
    expect(text).not.toMatch(/undefined|NaN|\[object|Infinity/);
    // Every jump has its place.
    const { document } = parseHTML(page);
    for (const link of document.querySelectorAll("nav a"))
      expect(document.querySelector(link.getAttribute("href") ?? "")).not.toBeNull();
  });

  test("has the mistakes as pictures, with label, prediction, probability and name", () => {
    const { document } = parseHTML(report({ run, pictures }));
    const cards = [...document.querySelectorAll(".gallery li")];
    expect(cards).toHaveLength(24);
    const [first] = result.mistakes;
    expect(cards[0]?.querySelector("img")?.getAttribute("alt")).toBe("Shirt, predicted as T-shirt/top");
    expect(cards[0]?.querySelector("img")?.className).toBe("pixels");
    expect(cards[0]?.textContent?.replaceAll(/\s+/g, " ")).toContain(`T-shirt/top, > 99.9 % ${first?.name} loss 8.00`);
    const data = cards[0]?.querySelector("img")?.getAttribute("src")?.replace("data:image/png;base64,", "") ?? "";
    expect(Buffer.from(data, "base64").equals(pictures[0] as Uint8Array)).toBe(true);
  });

  test("large pictures are not shown as pixels", async () => {
    const { document } = parseHTML(report({ run, pictures: (await fixturePictures(run, 128)).slice(0, 1) }));
    expect(document.querySelectorAll(".gallery img.pixels")).toHaveLength(0);
    expect(document.querySelectorAll(".gallery img")).toHaveLength(1);
  });

  test("makes no requests and runs only its own script, even with hostile names", () => {
    const hostile = `<script>alert("1")</script><img src="https://example.org/x" onerror='x()'>`;
    const page = report({
      run: withResult(
        { mistakes: result.mistakes.map((mistake) => ({ ...mistake, name: hostile })) },
        withFacts({
          id: hostile,
          command: hostile,
          data: {
            ...run.facts.data,
            name: hostile,
            classNames: run.facts.data.classNames.map((name) => name + hostile),
            findings: [hostile],
          },
        }),
      ),
      pictures,
    });
    const { document } = parseHTML(page);
    expect(document.querySelectorAll("script")).toHaveLength(1);
    for (const image of document.querySelectorAll("img"))
      expect(image.getAttribute("src")).toMatch(/^data:image\/png;base64,/);
    expect(document.querySelectorAll("[onerror], link, iframe, [srcset]")).toHaveLength(0);
    expect(document.querySelector("[http-equiv=Content-Security-Policy]")?.getAttribute("content")).toMatch(
      /^default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]+='$/,
    );
  });

  test("every plot has its numbers as a table", () => {
    const { document } = parseHTML(report({ run }));
    const figures = [...document.querySelectorAll("figure")];
    expect(figures.map((figure) => figure.querySelector("h3")?.textContent)).toEqual([
      "Loss",
      "Accuracy",
      "Hyperparameters in force",
      "Gradient norm",
      "Confusion matrix",
      "Calibration",
    ]);
    for (const figure of figures) expect(figure.querySelectorAll("details table tbody tr").length).toBeGreaterThan(4);
  });

  test("is the same text for the same data", () => {
    expect(report({ run, pictures })).toBe(report({ run, pictures }));
  });
});

/** A run with these accuracies and test losses. */
function fitting({
  train,
  accuracy = 0.93,
  losses,
  images = 10_000,
}: {
  readonly train: number;
  readonly accuracy?: number;
  readonly losses: readonly number[];
  readonly images?: number;
}): Run {
  const { data } = run.facts;
  return {
    ...withFacts({ data: { ...data, counts: { ...data.counts, test: images } } }),
    epochs: run.epochs.map((line, i) => ({
      ...line,
      train: { loss: 0.01, accuracy: train },
      evaluation: line.evaluation && { ...line.evaluation, accuracy, loss: losses[i] as number },
    })),
  };
}

/** Titles of warnings, with a run that has each. */
const WARNINGS: readonly (readonly [title: string, run: Run])[] = [
  ["The run is in progress", { ...withoutResult, status: "running" }],
  ["The run is incomplete", withoutResult],
  ["The run failed", { ...withResult({ status: "failed", reason: "the disk is full" }), status: "failed" }],
  [
    "Training ended early, after 4 of 5 epochs",
    withResult({ reason: "the validation loss did not improve in 2 evaluations in a row", epochs: 4 }),
  ],
  ["No images were held out", unevaluated],
  ["Evaluated on validation images", withResult({ part: "validation" })],
  ["The model overfits", fitting({ train: 0.999, losses: [0.5, 0.4, 0.3, 0.31, 0.32] })],
  [
    "The test loss rises at the end",
    {
      ...run,
      epochs: run.epochs.map((line) => ({
        ...line,
        evaluation: line.evaluation && { ...line.evaluation, loss: 0.2 + 0.1 * line.epoch },
      })),
    },
  ],
  ["The test loss is still falling", fitting({ train: 0.999, losses: [0.9, 0.8, 0.7, 0.6, 0.5] })],
  ["Measured with test-time augmentation", withConfig({ testTimeAugmentation: "flip" })],
  ["No better than a constant prediction", withResult({ accuracy: 0.1 })],
  [
    "No correct prediction for Shirt",
    withResult({ perClass: result.perClass?.map((share, k) => (k === 6 ? 0 : share)) ?? null }),
  ],
  ["Few test images", withResult({ images: 200 })],
  [
    "The model is overconfident",
    withResult({
      calibrationError: 0.08,
      calibration: [{ from: 0.9, to: 1, count: 100, confidence: 0.98, accuracy: 0.9 }],
    }),
  ],
  [
    "The model is underconfident",
    withResult({
      calibrationError: 0.08,
      calibration: [{ from: 0.9, to: 1, count: 100, confidence: 0.91, accuracy: 0.99 }],
    }),
  ],
  [
    "One confusion dominates",
    withResult({
      confusion: [
        [90, 30],
        [4, 96],
      ],
    }),
  ],
  [
    "The loss was not finite",
    { ...run, steps: run.steps.map((line) => (line.step === 9 ? { ...line, loss: Number.NaN } : line)) },
  ],
  [
    "The loss was not finite",
    { ...run, epochs: run.epochs.map((line) => withLoss(line, line.epoch === 1 ? Number.NaN : undefined)) },
  ],
  ["Training waited for images", withResult({ waitingShare: 0.2 })],
  ["About the data", withFacts({ data: { ...run.facts.data, findings: ["3 images could not be read"] } })],
];

describe("an evaluation whose loss is not finite", () => {
  // JSON reads NaN and Infinity as null.
  test.each([Number.NaN, Number.POSITIVE_INFINITY, null])("%s is never the best of the report", (loss) => {
    const epochs = run.epochs.map((line) => withLoss(line, line.epoch === 0 ? loss : undefined));
    const broken = { ...run, epochs };
    expect(accuracyPlot(broken)).not.toContain("highest 99.9");
    expect(lossPlot(broken)).toContain("lowest 0.");
    expect(warnings(broken).map(({ title }) => title)).toEqual(["The loss was not finite"]);
    const only = { ...run, result: null, epochs: epochs.slice(0, 1) };
    expect(Number.isFinite(reportedEvaluation(only)?.loss)).toBe(false);
    expect(wordsOf(report({ run: only }))).toMatch(/Loss (not a number|∞)/);
  });
});

describe("warnings", () => {
  const titles = (found: readonly Warning[]): string[] => found.map(({ title }) => title);

  test("a run without blemish has none", () => {
    expect(warnings(run)).toEqual([]);
  });

  test.each(WARNINGS)("%s", (title, blemished) => {
    expect(titles(warnings(blemished))).toContain(title);
    for (const { text } of warnings(blemished)) expect(text).toMatch(/^[A-Z0-9].*[.]$/s);
  });

  test.each([
    [
      "the interval of the gap holds none",
      fitting({ train: 0.9, accuracy: 0.834, losses: [0.5, 0.4, 0.3, 0.31, 0.32], images: 60 }),
    ],
    ["the loss still falls", fitting({ train: 0.999, losses: [0.9, 0.8, 0.7, 0.6, 0.5] })],
  ])("a model does not overfit where %s", (_, fit) => {
    expect(titles(warnings(fit))).not.toContain("The model overfits");
  });

  test("augmented accuracy is a separate figure, except in older results", () => {
    const augmented = { views: "flip-and-shift", images: 10_000, loss: 0.2, accuracy: 0.951 } as const;
    const both = withResult({ augmented }, withConfig({ testTimeAugmentation: "flip-and-shift" }));
    expect(warnings(both)).toEqual([]);
    expect(wordsOf(report({ run: both }))).toContain("Accuracy with test-time augmentation 95.1 % flip-and-shift");
    expect(wordsOf(report({ run: both }))).toContain("93.2 % accuracy on 10,000 test images");
  });

  test("a note explains that early stopping used the evaluated images", () => {
    const chosen = withResult({ part: "validation" }, withConfig({ earlyStopping: 3 }));
    expect(warnings(chosen)[0]?.text).toContain("decided when to stop and which weights to keep");
  });
});

test("plots of a run are named as their files; those without numbers are left out", () => {
  expect(Object.keys(plotsOfRun(run))).toEqual([
    "loss",
    "loss-log",
    "accuracy",
    "hyperparameters",
    "gradient-norm",
    "confusion",
    "calibration",
  ]);
  expect(Object.keys(plotsOfRun(withoutResult))).not.toContain("confusion");
  expect(plotsOfRun(begun)).toEqual({});
});

describe("mistakePictures", () => {
  /** Images whose channels differ. */
  const set = (channels: 1 | 3, height: number, width: number) => ({
    imageShape: [channels, height, width] as const,
    read(index: number, into: Uint8Array) {
      for (let c = 0; c < channels; c++) into.fill(50 * c + index, c * height * width, (c + 1) * height * width);
    },
  });

  test("colors are those of the image", async () => {
    const [png] = await mistakePictures([{ index: 7 }], set(3, 4, 5));
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([5, 4, 3]);
    expect([...data.subarray(0, 3)]).toEqual([7, 57, 107]);
  });

  test("one for each mistake, large ones made smaller", async () => {
    const pngs = await mistakePictures([{ index: 1 }, { index: 2 }], set(1, 400, 200));
    expect(pngs.map(sizeOfPng)).toEqual([
      { width: 96, height: 192 },
      { width: 96, height: 192 },
    ]);
  });
});

test.each([
  // Of Newcombe's paper, table II: 56/70 - 48/80 and 9/10 - 3/10.
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
])("the interval of %i/%i - %i/%i is %d to %d", (a, m, b, n, low, high) => {
  const [found, most] = differenceInterval({ share: a / m, count: m }, { share: b / n, count: n });
  expect(found).toBeCloseTo(low, 4);
  expect(most).toBeCloseTo(high, 4);
});

test("the described training accuracy is the mean of the last epoch, not that of a batch", () => {
  const last = run.epochs.at(-1);
  expect(accuracyInWords(run)).toContain(`was ${percent(last?.train.accuracy ?? 0)} in epoch 5, the last.`);
  const lastBatch = {
    ...run,
    epochs: [],
    steps: run.steps.slice(0, 3).map((line, i) => ({ ...line, accuracy: i / 2 })),
  };
  expect(accuracyInWords(lastBatch).replaceAll("\u00a0", " ")).toBe(
    "The training accuracy was 50.0 % in the first 3 steps.",
  );
});

test("what is put into markup is text, unless it is markup", () => {
  const name = `<b>"it's" & more</b>`;
  expect(html`<p title="${name}">${[html`<i>${1}</i>`, null, false]}</p>`.text).toBe(
    `<p title="&#60;b&#62;&#34;it&#39;s&#34; &#38; more&#60;/b&#62;"><i>1</i></p>`,
  );
});

test.each([
  [duration(0.1234), "0.12 s"],
  [duration(59.4), "59 s"],
  [duration(92), "1 min 32 s"],
  [duration(7500), "2 h 5 min"],
  [large(61_706), "61,706"],
  [large(11_173_962), "11.2 million"],
  [large(4.2e9), "4.2 billion"],
  [moment("2026-01-05T09:03:00.000Z"), "5 January 2026, 09:03 UTC"],
  [moment("some day"), "some day"],
  [listed(["a"]), "a"],
  [listed(["a", "b", "c"]), "a, b and c"],
  [shown(null), "none"],
  [shown([]), "none"],
  [shown(true), "yes"],
  [shown(0.09375000000000001), "0.09375"],
  [shown({ weightDecay: [0.1 + 0.2] }), '{"weightDecay":[0.3]}'],
  [shown([{ kind: "flip" }]), '[{"kind":"flip"}]'],
])("in words: %s", (found, expected) => {
  expect(found).toBe(expected);
});
