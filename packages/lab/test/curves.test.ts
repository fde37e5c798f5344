import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { X_UNITS } from "../src/api/types.ts";
import { decodeCurves, encodeCurves } from "../src/api/wire.ts";
import { bucketsOf } from "../src/curves/buckets.ts";
import { Column } from "../src/curves/column.ts";
import { MetricsFile } from "../src/curves/metrics-file.ts";
import { readCurves } from "../src/curves/read-curves.ts";
import { Smoother } from "../src/curves/smooth.ts";
import { StepParser } from "../src/curves/step-parser.ts";
import { stepLine, temporaryFolder } from "./support.ts";

const folder = temporaryFolder();

test("the pyramid summarizes any range as a loop over the values does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -1000, max: 1000 }) }, fc.constant(Number.NaN)), {
        maxLength: 700,
      }),
      fc.nat(700),
      fc.nat(700),
      (values, a, b) => {
        const column = new Column();
        for (const value of values) column.push(value);
        const [from, to] = [Math.min(a, b, values.length), Math.max(a, b)];
        const part = values.slice(from, to).filter(Number.isFinite);
        const { min, max, mean } = column.summary(from, to);
        if (part.length === 0) expect([min, max, mean]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
        else {
          expect([min, max]).toEqual([Math.min(...part), Math.max(...part)]);
          expect(mean).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / part.length, 6);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe("the parser of steps", () => {
  const read = (lines: readonly string[]): (Record<string, number> | null)[] => {
    const parser = new StepParser();
    return lines.map((line) => {
      const isExpected = parser.readExpected(Buffer.from(`${line}\n\0`), 0) === line.length + 1;
      if (!isExpected && !parser.readAny(line)) return null;
      return Object.fromEntries(parser.keys.map((key, i) => [key, parser.values[i] as number]));
    });
  };

  test("reads numbers as JSON.parse does, to 15 digits", () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 20 }), (values) => {
        const lines = values.map((loss, step) => JSON.stringify({ step, epoch: 0, loss }));
        read(lines).forEach((line, i) => {
          const value = values[i] as number;
          expect(Math.abs((line?.loss as number) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-14 + 1e-290);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("reads lines with other keys, another order, spaces and gaps, and refuses others", () => {
    const found = read([
      '{"step":0,"epoch":0,"loss":2}',
      '{"step":1,"epoch":0,"loss":null}',
      '{"step":2,"epoch":0,"loss":1.5,"lr":1e-3}',
      '{"epoch":0,"step":3,"lr":0.25}',
      '{ "step": 4, "epoch": 0 }',
      '{"step":5,"epoch":0}',
      '{"step":6,"epoch":0',
      '{"step":7,"epoch":0}}',
      '{"step":"8","epoch":0}',
      '{"epoch":0,"steps":40}',
      "null",
      "",
    ]);
    expect(found).toEqual([
      { step: 0, epoch: 0, loss: 2 },
      { step: 1, epoch: 0, loss: Number.NaN },
      { step: 2, epoch: 0, loss: 1.5, lr: 0.001 },
      { epoch: 0, step: 3, lr: 0.25 },
      { step: 4, epoch: 0 },
      { step: 5, epoch: 0 },
      ...Array.from({ length: 6 }, () => null),
    ]);
  });
});

describe("a metrics file", () => {
  const path = join(folder, "metrics.ndjson");
  const losses = (file: MetricsFile): number[] => [...(file.table.columns.get("loss")?.values.values ?? [])];

  test("is followed as it grows, with incomplete lines, and read again after it was cut or replaced", async () => {
    rmSync(path, { force: true });
    const file = new MetricsFile(path);
    expect([await file.update(), file.table.rows, file.problem]).toEqual([false, 0, null]);
    writeFileSync(path, stepLine(0, 3) + stepLine(1, 2));
    expect([await file.update(), losses(file), await file.update()]).toEqual([true, [3, 2], false]);
    const line = stepLine(2, 1);
    appendFileSync(path, line.slice(0, 20));
    await file.update();
    expect(losses(file)).toEqual([3, 2]);
    appendFileSync(path, line.slice(20));
    await file.update();
    expect([losses(file), file.generation]).toEqual([[3, 2, 1], 0]);
    // A resumed run continues from a checkpoint with other values, and soon has more lines than before.
    writeFileSync(path, stepLine(0, 3) + stepLine(1, 9) + stepLine(2, 8) + stepLine(3, 7));
    await file.update();
    expect([losses(file), file.generation]).toEqual([[3, 9, 8, 7], 1]);
    writeFileSync(path, stepLine(0, 3));
    await file.update();
    expect([losses(file), file.generation]).toEqual([[3], 2]);
    rmSync(path);
    expect([await file.update(), file.table.rows, file.generation]).toEqual([true, 0, 3]);
  });

  test("skips and counts damaged lines, and fills gaps of columns", async () => {
    writeFileSync(
      path,
      `${stepLine(0, 3)}garbage\n{"step":1}\n${stepLine(1, null, { lr: 0.1 })}{"epoch":0,"steps":2,"train":{"loss":2,"accuracy":null},"evaluation":null}\n\n`,
    );
    const file = new MetricsFile(path);
    await file.update();
    expect([losses(file), file.table.damaged]).toEqual([[3, Number.NaN], 2]);
    expect([...(file.table.columns.get("lr")?.values.values ?? [])]).toEqual([Number.NaN, Math.fround(0.1)]);
    expect(file.table.epochs).toEqual([
      { epoch: 0, steps: 2, trainLoss: 2, trainAccuracy: null, part: null, loss: null, accuracy: null },
    ]);
  });
});

test("smoothing is the weighted mean of all earlier raw values, without bias to 0, and extends with them", () => {
  const column = new Column();
  const smoother = new Smoother();
  const values = [4, 2, Number.NaN, 8, 1];
  for (const value of values) {
    column.push(value);
    smoother.smooth(column, 2);
  }
  const expected = values.map((_, last) => {
    let [sum, weight, age] = [0, 0, 0];
    for (const value of values.slice(0, last + 1).reverse()) {
      if (Number.isNaN(value)) continue;
      const share = 0.5 ** (age++ / 2);
      [sum, weight] = [sum + share * value, weight + share];
    }
    return sum / weight;
  });
  const smooth = [...smoother.smooth(column, 2).values];
  expect(smooth.map((value) => value.toFixed(5))).toEqual(expected.map((value) => value.toFixed(5)));
});

test("the points of a plot cover each step once, on linear and logarithmic axes", () => {
  for (const isLogarithmic of [false, true]) {
    for (const [from, to, count] of [
      [0, 0, 10],
      [0, 7, 10],
      [0, 10_000, 100],
      [50, 9999, 100],
    ] as const) {
      const edges = bucketsOf(from, to, count, isLogarithmic);
      expect([edges[0], edges.at(-1)]).toEqual([from, to]);
      expect(edges.length - 1).toBeLessThanOrEqual(count);
      expect(edges.every((edge, i) => i === 0 || edge > (edges[i - 1] as number))).toBe(true);
    }
  }
  expect(bucketsOf(0, 10_000, 100, true).filter((edge) => edge < 100).length).toBeGreaterThan(25);
});

test("curves have the extremes of a long run, keep spikes, and travel unchanged", async () => {
  const path = join(folder, "long.ndjson");
  const lines = Array.from({ length: 5000 }, (_, step) => {
    const epoch = Math.floor(step / 2000);
    return `${JSON.stringify({ step, epoch, loss: step === 1234 ? 99 : 1 + (step % 2), batchSize: 10 })}\n`;
  });
  writeFileSync(path, lines.join(""));
  const file = new MetricsFile(path);
  await file.update();
  const run = { stepsPerEpoch: 2000, times: { seconds: [20, 40], imagesPerSecond: null } };
  const query = { names: ["loss", "other"], points: 100, halfLife: 10, isLogarithmic: false } as const;
  const all = readCurves(file, { ...query, unit: "step", from: -Infinity, to: Infinity }, run);
  expect([all.rows, all.points, all.isExact, all.names]).toEqual([5000, 100, false, ["loss"]]);
  const { loss } = all.curves;
  expect([Math.max(...(loss?.max ?? [])), Math.min(...(loss?.min ?? [])), loss?.mean[0]]).toEqual([99, 1, 1.5]);
  const few = readCurves(file, { ...query, unit: "step", from: 1233, to: 1235 }, run);
  expect([few.isExact, [...few.x], [...(few.curves.loss?.mean ?? [])]]).toEqual([
    true,
    [1232, 1233, 1234, 1235, 1236],
    [1, 2, 99, 2, 1],
  ]);
  expect(decodeCurves(encodeCurves(few).buffer)).toEqual(few);
  // 2000 steps an epoch of 10 images: the last epoch is in progress and has the speed of the one before.
  const ends = X_UNITS.map((unit) => readCurves(file, { ...query, unit, from: 1e9, to: 1e9 }, run).x.at(-1));
  expect(ends).toEqual([4999, 2.5, 50_000, 80]);
});
