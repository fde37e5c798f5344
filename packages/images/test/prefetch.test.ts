import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  type AugmentDescription,
  createLoader,
  DataError,
  type ImageSet,
  type LoaderOptions,
  openDataSet,
  openImageSet,
  type PlannedBatch,
  prefetch,
} from "../src/index.ts";
import { memorySet } from "./memory-set.ts";
import { folderWith, idxFiles, newFolder } from "./temporary.ts";

// The thread runs the build in dist, as Node runs no TypeScript; that it does what the sources do is what is tested.

const AUGMENT: AugmentDescription[] = [
  { kind: "crop", padding: 2 },
  { kind: "flip" },
  { kind: "randAugment" },
  { kind: "mixup" },
];

/** Two epochs of 50 images in batches of 8, the last ones smaller. */
const PLAN: readonly PlannedBatch[] = [0, 1].flatMap((epoch) =>
  Array.from({ length: 7 }, (_, i) => ({ epoch, from: 8 * i, count: i === 6 ? 2 : 8 })),
);

/** Blocks this thread, as ONNX Runtime's call does. */
const block = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

async function expectLoaders(set: ImageSet, options: LoaderOptions, ahead: number, recycle: boolean): Promise<void> {
  const loader = createLoader(set, options);
  const source = prefetch(set, options, PLAN, { ahead });
  try {
    for (const { epoch, from, count } of PLAN) {
      const batch = await source.next();
      expect(batch).toEqual(loader.batch(epoch, from, count));
      if (recycle) source.recycle(batch);
    }
    await expect(source.next()).rejects.toThrow("the plan has ended");
  } finally {
    await source.close();
  }
}

test.each([
  ["one ahead", 1, false],
  ["many ahead, their memory used again", 5, true],
  ["more ahead than there are", 100, false],
])("batches are the loader's, bit for bit: %s", async (_, ahead, recycle) => {
  const options = { seed: 3, augment: AUGMENT, normalization: { mean: [0.5, 0.4, 0.3], std: [1, 1, 1] } };
  await expectLoaders(memorySet(50), options, ahead, recycle);
});

test("any order is possible, and images in a file", async () => {
  const set = memorySet(50);
  await expectLoaders(set, { seed: 3, order: Int32Array.from({ length: 50 }, (_, i) => 49 - i) }, 3, true);
  const { train } = await openDataSet(folderWith(idxFiles()), { memoryLimit: 0, cache: newFolder() });
  expect(train.handle.pool.kind).toBe("file");
  const source = prefetch(train, { seed: 0 }, [{ epoch: 0, from: 0, count: 6 }], { ahead: 2 });
  expect(await source.next()).toEqual(createLoader(train, { seed: 0 }).batch(0, 0, 6));
  await source.close();
});

test("batches that were requested are made while this thread is blocked, and are ready without waiting", async () => {
  const source = prefetch(memorySet(50), { seed: 0 }, PLAN, { ahead: 4 });
  await source.next();
  const before = source.waited;
  expect(before).toBeGreaterThan(0);
  // Long enough for a few small batches on any machine.
  block(2000);
  let turns = 0;
  const counting = setImmediate(function count() {
    turns++;
    setImmediate(count).unref();
  });
  // One of the four was requested after the last wake-up.
  for (let i = 0; i < 3; i++) await source.next();
  clearImmediate(counting);
  expect(turns).toBe(0);
  expect(source.waited).toBe(before);
  await source.close();
}, 180_000);

test("batches that arrive while this thread is idle keep their order", async () => {
  const set = memorySet(50);
  const loader = createLoader(set, { seed: 0 });
  const source = prefetch(set, { seed: 0 }, PLAN, { ahead: 3 });
  for (const [i, { epoch, from, count }] of PLAN.entries()) {
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
    if (i % 3 === 1) block(30);
    expect(await source.next()).toEqual(loader.batch(epoch, from, count));
  }
  await source.close();
});

test("a plan is read at most `ahead` items in advance", async () => {
  let read = 0;
  function* plan(): Generator<PlannedBatch> {
    for (;;) {
      read++;
      yield { epoch: 0, from: 0, count: 5 };
    }
  }
  const source = prefetch(memorySet(50), { seed: 0 }, plan(), { ahead: 3 });
  expect(read).toBe(3);
  for (let i = 1; i <= 5; i++) {
    await source.next();
    expect(read).toBe(3 + i);
  }
  await source.close();
});

test("an error is thrown unchanged in place of its batch, and ends the plan", async () => {
  const plan = [PLAN[0] as PlannedBatch, { epoch: 0, from: 48, count: 8 }, PLAN[1] as PlannedBatch];
  const source = prefetch(memorySet(50), { seed: 0 }, plan, { ahead: 3 });
  await source.next();
  const message = "batch: from = 48, count = 8: expected positions within the epoch's 50 images";
  for (let i = 0; i < 2; i++) {
    const error = await source.next().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toBe(message);
  }
  await source.close();
});

test("an error of the disk is thrown, too", async () => {
  const { train } = await openDataSet(folderWith(idxFiles()), { memoryLimit: 0, cache: newFolder() });
  const { pool } = train.handle;
  const path = (pool as { path: string }).path;
  // Opened by nobody yet under this name.
  const gone = openImageSet({ ...train.handle, pool: { kind: "file", path: `${path}.gone` } });
  const source = prefetch(gone, { seed: 0 }, [{ epoch: 0, from: 0, count: 1 }], { ahead: 1 });
  await expect(source.next()).rejects.toThrow(`${path}.gone: the cache of decoded images is missing (ENOENT`);
  await source.close();
});

test.each([0, 1, 5])("closing after %d batches ends it, and rejects a waiting call", async (taken) => {
  const source = prefetch(memorySet(50), { seed: 0, augment: AUGMENT }, PLAN, { ahead: 4 });
  for (let i = 0; i < taken; i++) await source.next();
  const pending = taken === 0 ? source.next() : null;
  const outcome = pending?.catch((error: Error) => error.message);
  await source.close();
  if (outcome) expect(await outcome).toBe("next: the batches are closed. Expected no further calls.");
  await expect(source.next()).rejects.toThrow("next: the batches are closed. Expected no further calls.");
  await source.close();
});

test.each([
  ["nothing ahead", { seed: 0 }, 0, "prefetch: ahead = 0: expected a whole number of at least 1"],
  ["an unknown augmentation", { seed: 0, augment: [{ kind: "flop" }] }, 1, "did you mean 'flip'?"],
])("%s is refused at once", (_, options, ahead, message) => {
  expect(() => prefetch(memorySet(5), options as { seed: number }, [], { ahead })).toThrow(message);
});

test("a second call is refused while the first one waits", async () => {
  const source = prefetch(memorySet(50), { seed: 0 }, PLAN, { ahead: 1 });
  const first = source.next();
  await expect(source.next()).rejects.toThrow("the previous batch is not ready yet. Await it first.");
  await first;
  await source.close();
});

test("a process exits without closing, but waits for a requested batch", () => {
  const script = fileURLToPath(new URL(`../dist/forgetful-${process.pid}.mjs`, import.meta.url));
  writeFileSync(
    script,
    `import { openDataSet, prefetch } from "@downhill/images";
     const { train } = await openDataSet(process.argv[2]);
     const plan = [0, 3].map((from) => ({ epoch: 0, from, count: 3 }));
     const source = prefetch(train, { seed: 0 }, plan, { ahead: 1 });
     console.log((await source.next()).labels.length);`,
  );
  try {
    const folder = folderWith(idxFiles());
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, folder], {
      encoding: "utf8",
      timeout: 30_000,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: "3\n", stderr: "", status: 0 });
  } finally {
    rmSync(script);
  }
}, 300_000);

test("a full disk is noted, and the written bytes move to memory", () => {
  const script = fileURLToPath(new URL(`../dist/full-disk-${process.pid}.mjs`, import.meta.url));
  writeFileSync(
    script,
    `import { openDataSet } from "@downhill/images";
     const [, , folder, cache] = process.argv;
     const options = { cache, memoryLimit: 0 };
     const { train, fingerprint, report } = await openDataSet(folder, options);
     console.log(JSON.stringify({ kind: train.handle.pool.kind, fingerprint, notes: report.notes }));`,
  );
  try {
    // Files of at most 1 MiB; the set has 7.8 MB. Without the trap, the signal would end the process.
    const sample = fileURLToPath(new URL("../data/sample/", import.meta.url));
    const command = `trap '' XFSZ; ulimit -f 1024; exec "$0" "$@"`;
    const cache = join(newFolder(), "cache");
    const { stdout, stderr } = spawnSync("bash", ["-c", command, process.execPath, script, sample, cache], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(stderr).toBe("");
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ kind: "memory", notes: [expect.stringMatching(/cannot be written \(EFBIG/)] });
    const whole = spawnSync(process.execPath, [script, sample, newFolder()], { encoding: "utf8", timeout: 60_000 });
    expect(JSON.parse(whole.stdout)).toEqual({ kind: "file", fingerprint: found.fingerprint, notes: [] });
  } finally {
    rmSync(script);
  }
}, 300_000);
