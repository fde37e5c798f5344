import { describe, expect, test } from "vitest";
import { TrainError } from "../src/error.ts";
import { logSoftmax, Scores } from "../src/evaluation/scores.ts";
import * as metrics from "../src/metrics/index.ts";
import { createProgress } from "../src/progress/progress.ts";
import { fc } from "./property.ts";

describe("accumulators of a loop of one's own", () => {
  test("a mean counts a smaller last batch by its images, and resumes from its state", () => {
    const loss = metrics.mean();
    expect(loss.value).toBeNaN();
    loss.add(1, 3);
    const half = metrics.mean();
    half.restore(structuredClone(loss.state()));
    for (const one of [loss, half]) one.add(5);
    expect([loss.value, loss.weight]).toEqual([2, 4]);
    expect(half.state()).toEqual(loss.state());
    loss.reset();
    expect([loss.value, loss.weight]).toEqual([Number.NaN, 0]);
    for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => loss.add(1, weight)).toThrow(`mean: weight = ${weight}. Expected a number of at least 0.`);
    }
    expect(() => loss.restore({} as never)).toThrow(TrainError);
  });

  test("accuracy, top-k and confusion are those of an evaluation, also with equal scores", () => {
    const batch = fc.array(
      fc.tuple(fc.nat(6), fc.array(fc.constantFrom(-1, 0, 0.5, 2), { minLength: 7, maxLength: 7 })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(batch, batch, (...batches) => {
        const all = [metrics.accuracy(), metrics.topK(5), metrics.confusion(7)] as const;
        const scores = new Scores(7);
        for (const rows of batches) {
          const labels = Int32Array.from(rows, ([label]) => label);
          const logits = Float32Array.from(rows.flatMap(([, row]) => row));
          for (const one of all) one.add(logits, labels);
          scores.add(logSoftmax(logits, 7), labels, 0);
        }
        const { accuracy, top5, confusion, perClass } = scores.result();
        const [first, fifth, matrix] = all;
        expect(first.value).toBeCloseTo(accuracy, 12);
        expect(fifth.value).toBeCloseTo(top5, 12);
        expect([matrix.value, matrix.perClass]).toEqual([confusion, perClass]);
        const again = metrics.confusion(7);
        again.restore(matrix.state());
        expect(again.value).toEqual(confusion);
      }),
      { numRuns: 50 },
    );
  });

  test("scores that are not numbers are never right, and arrays that do not match are refused", () => {
    const top = metrics.topK(2);
    top.add(Float32Array.of(Number.NaN, Number.NaN, 1), [0]);
    expect(top.value).toBe(0);
    const matrix = metrics.confusion(3);
    matrix.add(Float32Array.of(Number.NaN, 0, 1), [0]);
    expect(matrix.value[0]).toEqual([0, 0, 1]);
    matrix.reset();
    expect(matrix.perClass).toEqual([null, null, null]);
    for (const [call, problem] of [
      [
        () => top.add(new Float32Array(5), [0, 1]),
        "accuracy: 5 scores for 2 labels. Expected the scores of all classes",
      ],
      [() => top.add(new Float32Array(0), []), "accuracy: 0 scores for 0 labels."],
      [() => top.add(new Float32Array(3), [3]), "accuracy: label 0 is 3. Expected a whole number from 0 to 2."],
      [() => matrix.add(new Float32Array(4), [0, 1]), "confusion: the scores are of 2 classes. Expected 3."],
      [() => metrics.topK(0), "topK: k = 0. Expected a whole number of at least 1."],
      [() => metrics.confusion(0.5), "confusion: classes = 0.5."],
      [() => matrix.restore(new Float64Array(4)), "confusion: the saved state has 4 counts. Expected 9."],
    ] as const) {
      expect(call).toThrow(problem);
    }
  });
});

describe("progress", () => {
  const written = (isTTY: boolean, total?: number) => {
    const lines: string[] = [];
    const progress = createProgress({
      ...(total === undefined ? {} : { total }),
      stream: { isTTY, columns: 34, write: (text) => lines.push(text) },
    });
    return { lines, progress };
  };

  test("a terminal has one line that is redrawn, and permanent lines above it", () => {
    const { lines, progress } = written(true, 200);
    progress.step({ loss: 0.123456 });
    progress.step({ loss: 0.987654 });
    expect(lines).toEqual(["step 1 of 200 (0 %) · loss 0.1235"]);
    progress.print("epoch 1");
    progress.end();
    expect(lines.slice(1)).toEqual(["\r\u001b[K", "epoch 1\n", "step 2 of 200 (1 %) · loss 0.9877", "\n"]);
  });

  test("a file has few whole lines", () => {
    const { lines, progress } = written(false);
    for (let i = 0; i < 5; i++) progress.step({ loss: i });
    progress.end();
    expect(lines).toEqual(["step 1 · loss 0\n", "step 5 · loss 4\n"]);
    const resumed: string[] = [];
    createProgress({ total: 4, done: 2, stream: { write: (text) => resumed.push(text) } }).step();
    expect(resumed).toEqual(["step 3 of 4 (75 %)\n"]);
    const { lines: timed, progress: other } = written(false, 3);
    for (let i = 0; i < 2; i++) other.step();
    other.end();
    expect(timed[1]).toMatch(/^step 2 of 3 \(66 %\) · [\d.e-]+ s left\n$/);
  });
});
