import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileHessianProduct, createNetwork, defineModel, layers, mlp, ops, symmetricEigen } from "@downhill/graph";
import { randomAt, randomKey } from "@downhill/optim/random";
import { execute, listSnapshots, openRun, readRunFolder, removeRun, saveWeights } from "@downhill/train";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Landscape, landscapeInWords, measureLandscape, writeLandscape } from "../src/index.ts";
import type { ImageBatch } from "../src/landscape/measure/images.ts";
import { extremeEigenvalues } from "../src/landscape/measure/lanczos.ts";
import { Work } from "../src/landscape/measure/progress.ts";
import { openCurvature } from "../src/landscape/measure/sharpness.ts";
import { openRuns } from "../src/landscape/runs/open-runs.ts";
import { stabilityAt } from "../src/landscape/runs/stability.ts";
import { layoutOf } from "../src/landscape/space/layout.ts";

const root = mkdtempSync(join(tmpdir(), "landscape-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const GIVEN = {
  ...{ data: "sample", model: "mlp", modelOptions: { hidden: [6] }, optimizer: "sgd", lr: 0.1, schedule: "constant" },
  ...{ epochs: 2, batchSize: 32, trainLimit: 96, testLimit: 40, threads: 1, augment: [] },
};
const folderOf = (name: string): string => join(root, name);
const train = (name: string, changes: object) =>
  execute(
    { kind: "new", given: { ...GIVEN, ...changes }, folder: folderOf(name), command: "", report: false },
    { emit: () => {}, shouldStop: () => false },
  );

let pair: Landscape;
beforeAll(async () => {
  await train("a", { snapshots: 3 });
  await train("b", { snapshots: 3, lr: 0.05 });
  await train("other", { modelOptions: { hidden: [5] }, epochs: 1 });
  pair = await measureLandscape([folderOf("a"), folderOf("b")], {
    points: 5,
    images: 100,
    command: "downhill landscape a b",
  });
}, 120_000);

describe("two runs", () => {
  test("the ends of the line are the results of the runs, bit for bit", () => {
    const [line] = pair.lines;
    for (const [i, name] of ["a", "b"].entries()) {
      const { result } = readRunFolder(folderOf(name));
      const end = line?.test?.at(i === 0 ? 0 : -1);
      expect(end).toEqual({ loss: result?.loss, accuracy: result?.accuracy });
      expect(pair.runs[i]?.own.test).toEqual(end);
      expect(pair.runs[i]?.own.train).toEqual(line?.train.at(i === 0 ? 0 : -1));
    }
  });

  test("runs on other images of the same data can be measured, with a note", async () => {
    expect(pair.notes).toEqual([]);
    // The limit of the training images draws others with another seed.
    await train("seed", { seed: 1, epochs: 1 });
    const { notes } = openRuns([folderOf("a"), folderOf("seed")]);
    expect(notes).toEqual([expect.stringMatching(/seed has trained on other images of the same data than .*a,/)]);
  });

  test("in the other order, the line is reversed and the barrier the same", async () => {
    const [line] = pair.lines;
    const [back] = (await measureLandscape([folderOf("b"), folderOf("a")], { lines: true, points: 5, images: 100 }))
      .lines;
    const losses = back?.train.map(({ loss }) => loss).reverse() ?? [];
    for (const [i, { loss }] of (line?.train ?? []).entries()) expect(losses[i]).toBeCloseTo(loss, 5);
    expect(back?.barriers.train.loss).toBeCloseTo(line?.barriers.train.loss ?? Number.NaN, 5);
    expect(back?.distance).toBeCloseTo(line?.distance ?? Number.NaN, 5);
  });

  test("the plane has the paths from the initial weights to the results, with their own losses", () => {
    const { plane } = pair;
    expect(plane?.kind).toBe("pca");
    const [x, y] = plane?.shares ?? [0, 0];
    expect(x).toBeGreaterThanOrEqual(y);
    expect(x + y).toBeLessThanOrEqual(1 + 1e-9);
    for (const { run, points } of plane?.paths ?? []) {
      expect(points.map(({ step }) => step)).toEqual([0, 2, 4, 6]);
      expect(points.at(-1)?.score).toEqual(pair.runs[run]?.own.train);
      for (const point of points) {
        expect(point.x).toBeGreaterThan(plane?.x[0] as number);
        expect(point.x).toBeLessThan(plane?.x.at(-1) as number);
      }
    }
  });

  test("the page, the plots and the data are written together, and the page has tables, controls and words", async () => {
    const out = folderOf("out");
    const files = await writeLandscape(out, pair);
    expect(readdirSync(root).filter((name) => name.includes("unfinished"))).toEqual([]);
    const names = ["landscape.html", "landscape.json", "lines.csv", "paths.csv", "plane.csv"];
    expect(readdirSync(out).sort()).toEqual([...names, "plots"]);
    expect(readdirSync(join(out, "plots")).sort()).toEqual(["lines.png", "lines.svg", "plane.png", "plane.svg"]);
    expect(files).toHaveLength(9);
    const read = (name: string): string => readFileSync(join(out, name), "utf8");
    expect(read("plane.csv").trimEnd().split("\n")).toHaveLength(1 + 25);
    expect(read("lines.csv").trimEnd().split("\n")).toHaveLength(1 + 5);
    expect(JSON.parse(read("landscape.json"))).toEqual(JSON.parse(JSON.stringify(pair)));
    const { document } = parseHTML(read("landscape.html"));
    const plane = document.querySelector("[data-plane]");
    expect(JSON.parse(plane?.getAttribute("data-plane") ?? "null").train).toHaveLength(5);
    expect(plane?.querySelectorAll("[data-toggle]")).toHaveLength(2);
    expect(plane?.querySelectorAll("[data-run]")).toHaveLength(4);
    expect(plane?.querySelectorAll("table")).toHaveLength(3);
    expect(document.querySelector("#limits")?.textContent).toContain("curved paths of low loss may connect them");
    const { results, limits } = await landscapeInWords(pair);
    expect(results[1]).toMatch(/^From a to b, the barrier on test images is .* in loss and .* points in error\./);
    expect(limits).toHaveLength(4);
  });

  test("a folder that cannot be written leaves nothing behind", async () => {
    writeFileSync(folderOf("file"), "");
    await expect(writeLandscape(join(folderOf("file"), "out"), pair)).rejects.toThrow();
    expect(readdirSync(root).filter((name) => name.includes("unfinished"))).toEqual([]);
  });
});

test("one run: a random plane around its result, and the curvature; batch norm is measured again at each point", async () => {
  await train("bn", { model: "resnet8", modelOptions: { width: 4 }, epochs: 1, trainLimit: 64 });
  const options = { points: 3, images: 24, testOnPlane: true, range: 0.5 };
  const { plane, sharpness, lines, measuresStatistics, runs } = await measureLandscape([folderOf("bn")], options);
  expect([lines, measuresStatistics]).toEqual([[], true]);
  expect(plane?.x).toEqual([-0.5, 0, 0.5]);
  expect(plane?.test).toHaveLength(3);
  const center = plane?.train[1]?.[1];
  expect(center).toEqual(plane?.paths[0]?.points[0]?.score);
  expect(center?.loss).not.toBe(runs[0]?.own.train.loss);
  expect(plane?.train.flat().every(({ loss }) => Number.isFinite(loss))).toBe(true);
  const [point] = sharpness;
  expect(point?.largest).toBeGreaterThan(0);
  expect(point?.error).toBeLessThanOrEqual(0.011 * (point?.largest ?? 0));
  expect(point?.smallest).toBeLessThan(point?.largest ?? 0);
}, 60_000);

describe("curvature", () => {
  const numbers = (count: number, name: string): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => 2 * randomAt(i, randomKey(9, 0, name), 0) - 1);

  /** Returns the largest eigenvalue of the mean of x x' over rows with a constant 1. */
  function largestMoment(rows: readonly (readonly number[])[]): number {
    const size = rows[0]?.length ?? 0;
    const moment = Array.from({ length: size * size }, (_, i) =>
      rows.reduce(
        (sum, row) => sum + ((row[Math.floor(i / size)] as number) * (row[i % size] as number)) / rows.length,
        0,
      ),
    );
    return symmetricEigen(moment).values[0] as number;
  }

  test("linear regression: the largest eigenvalue of 2/N X'X", async () => {
    const model = defineModel("regression", [4], (scope, x) => layers.dense(scope, "fc", x, 1));
    const hessian = await compileHessianProduct(createNetwork(model), {
      batchSize: 12,
      targets: { y: [1] },
      loss: ({ output, y }) => ops.mse(output, y),
    });
    const images = numbers(48, "images");
    const product = async (vector: Float64Array): Promise<Float64Array> => {
      const direction = {
        "fc.weight": Float32Array.from(vector.subarray(0, 4)),
        "fc.bias": Float32Array.from(vector.subarray(4)),
      };
      const { product: found } = await hessian.run(direction, images, { y: new Float32Array(12) });
      return Float64Array.from([...(found["fc.weight"] as Float32Array), ...(found["fc.bias"] as Float32Array)]);
    };
    const { largest } = await extremeEigenvalues(product, 5, { seed: 0, most: 50, tolerance: 0.01 });
    await hessian.dispose();
    const rows = Array.from({ length: 12 }, (_, i) => [...images.subarray(4 * i, 4 * i + 4), 1]);
    expect(largest).toBeCloseTo(2 * largestMoment(rows), 4);
  });

  test("softmax regression at zero weights, in unequal batches: a share 1 / classes of the moment of the images", async () => {
    const model = mlp([1, 2, 2], 3, { hidden: [] });
    const layout = layoutOf(
      model,
      () => false,
      () => true,
    );
    const start = Object.fromEntries(layout.parts.map(({ name, size }) => [name, new Float32Array(size)]));
    const normalization = { mean: [0], std: [1] };
    const space = { model, layout, measured: [], start, normalization, threads: 1, device: undefined };
    const batchOf = (count: number, name: string): ImageBatch => ({
      images: Uint8Array.from(numbers(4 * count, name), (value) => Math.round(127 * (1 + value))),
      labels: Int32Array.from({ length: count }, (_, i) => i % 3),
    });
    const batches = [batchOf(5, "first"), batchOf(4, "second")];
    const meter = await openCurvature(space, batches, { labelSmoothing: 0.1, seed: 1 }, new Work(1, () => {}));
    const { largest } = await meter.measure(new Float32Array(layout.size));
    await meter.dispose();
    const rows = batches.flatMap(({ images, labels }) =>
      [...labels].map((_, i) => [...images.subarray(4 * i, 4 * i + 4)].map((value) => value / 255).concat(1)),
    );
    expect(largest).toBeCloseTo(largestMoment(rows) / 3, 5);
  });

  test.each([
    ["no momentum", {}, 2 / 0.1],
    ["momentum 0.9", { momentum: 0.9 }, 3.8 / 0.1],
    ["Nesterov momentum 0.9", { momentum: 0.9, nesterov: true }, 3.8 / (2.8 * 0.1)],
    ["momentum 0.9, dampening 0.5", { momentum: 0.9, dampening: 0.5 }, 3.8 / 0.05],
  ])("the limit of stability of SGD with %s", (_, hyperparameters, threshold) => {
    const run = (name: string) =>
      ({ facts: { optimizer: { name, title: "", hyperparameters: { lr: 1, ...hyperparameters } } } }) as never;
    const steps = [{ lr: 0.2 }, { lr: 0.1 }];
    for (const step of [1, 2]) expect(stabilityAt(run("sgd"), steps, step).threshold).toBeCloseTo(threshold, 9);
    expect(stabilityAt(run("sgd"), steps, 0).lr).toBe(0.2);
    expect(stabilityAt(run("adam"), steps, 1).threshold).toBeNull();
  });
});

test("snapshots are removed with their run", async () => {
  cpSync(folderOf("a"), folderOf("removed"), { recursive: true });
  expect(listSnapshots(folderOf("removed")).map(({ step }) => step)).toEqual([0, 2, 4, 6]);
  expect(await removeRun(folderOf("removed"))).toEqual([]);
  expect(listSnapshots(folderOf("removed"))).toEqual([]);
});

describe("errors", () => {
  test.each([
    [["a", "a"], {}, /a: the run is given twice/],
    [["a", "other"], {}, /other: its model options is \{"hidden":\[5\]\}\. Expected \{"hidden":\[6\]\}, as in .*a\./],
    [["missing"], {}, /missing: run\.json is missing\. Expected a run folder\./],
    [["other"], { plane: "pca" }, /other: the run has kept too few weights for a path in a plane.*--snapshots 30/],
    [["a", "b"], { plane: "random" }, /a random plane goes through one run, and there are 2\./],
    [["a"], { lines: true }, /a line connects two runs, and there is one\./],
    [["a"], { points: 1 }, /points = 1\. Expected a whole number from 3 to 501\./],
    [["a"], { range: 1e-9 }, /range = 1e-9\. Expected a number from 0\.001 to 1000\./],
    [["a"], { images: 0 }, /images = 0\. Expected a whole number of at least 1\./],
    [["a"], { plane: null }, /there is nothing to measure/],
    [[], {}, /there is no run/],
  ] as const)("%j with %j", async (names, options, message) => {
    await expect(measureLandscape(names.map(folderOf), options)).rejects.toThrow(message);
  });

  test("weights that are not finite, and a snapshot of another model, are named", async () => {
    for (const name of ["nan", "misfit"]) cpSync(folderOf("a"), folderOf(name), { recursive: true });
    const { network } = openRun(folderOf("a"));
    const [first] = network.model.parameters;
    network.parameters.setValue(first?.name ?? "", new Float32Array(6 * 784).fill(Number.NaN));
    await saveWeights(network, join(folderOf("nan"), "model.safetensors"));
    await expect(measureLandscape([folderOf("nan")])).rejects.toThrow(
      /contain NaN, so the training has diverged\. Use another run\./,
    );
    await saveWeights(
      openRun(folderOf("other")).network,
      join(folderOf("misfit"), "snapshots", "step-00000002.safetensors"),
    );
    await expect(measureLandscape([folderOf("misfit")], { plane: "pca" })).rejects.toThrow(
      /misfit: the snapshot of step 2 does not fit the model at 'hidden1\.weight'/,
    );
    mkdirSync(folderOf("empty"));
    await expect(measureLandscape([folderOf("empty")])).rejects.toThrow(/empty: run\.json is missing/);
  });
});
