import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { png } from "../src/plots/index.ts";
import { openData } from "../src/run/prepare.ts";
import type { RunFacts } from "../src/run-folder/run-file.ts";
import { boundedInterval, meanOf } from "../src/statistics/index.ts";

const home = mkdtempSync(join(tmpdir(), "downhill-folds-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("a mean has Student's interval, as scipy.stats.t.interval gives it", () => {
  const rows: readonly (readonly [readonly number[], mean: number, deviation: number, half: number])[] = [
    [[1.8, 1.9], 1.85, 0.0707107, 0.63531],
    [[0.8, 0.9, 0.85], 0.85, 0.05, 0.124207],
    [[0.91, 0.88, 0.9, 0.93, 0.89], 0.902, 0.0192354, 0.0238839],
    [Array.from({ length: 40 }, (_, i) => i / 39), 0.5, 0.2997551, 0.0958665],
  ];
  for (const [scores, mean, deviation, half] of rows) {
    const found = meanOf(scores);
    expect(found.mean).toBeCloseTo(mean, 6);
    expect(found.deviation).toBeCloseTo(deviation, 6);
    expect((found.interval?.[1] as number) - found.mean).toBeCloseTo(half, 4);
    expect(found.mean - (found.interval?.[0] as number)).toBeCloseTo(half, 4);
  }
  expect(boundedInterval(meanOf([0.8, 0.9]), 1)?.[1]).toBe(1);
  expect(meanOf([0.7])).toEqual({ mean: 0.7, deviation: null, interval: null });
});

test("the images of an older run keep the order of their classes, which was that of text", async () => {
  for (const [i, name] of ["1", "2", "10"].entries()) {
    mkdirSync(join(home, "ages", name), { recursive: true });
    for (let k = 0; k < 2; k++) {
      const fill = `rgb(${60 * i + 20 * k},90,90)`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="${fill}"/></svg>`;
      writeFileSync(join(home, "ages", name, `${k}.png`), await png(svg));
    }
  }
  const given = { data: join(home, "ages") };
  const open = (run?: RunFacts) => openData(given, join(home, "cache"), () => {}, [], run);
  const run = (classNames: readonly string[]) => ({ data: { classNames } }) as unknown as RunFacts;
  const [now, before, same] = [await open(), await open(run(["1", "10", "2"])), await open(run(["1", "2", "10"]))];
  expect(now.classNames).toEqual(["1", "2", "10"]);
  expect(before.classNames).toEqual(["1", "10", "2"]);
  expect(same.fingerprint).toBe(now.fingerprint);
  const classOf = ({ train }: typeof now, i: number) => train.classNames[train.labels[i] as number];
  for (let i = 0; i < before.train.length; i++) expect(classOf(before, i)).toBe(before.train.nameOf(i).split("/")[0]);
});
