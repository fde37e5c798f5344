import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("examples/lenet-mnist.mjs", () => {
  const fixtures = "packages/graph/test/fixtures/fashion-mnist";
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["examples/lenet-mnist.mjs", ...args], { cwd: root, encoding: "utf8" });

  test("trains LeNet on real images, in 30 lines", () => {
    const { stdout, stderr, status } = run(fixtures, "5");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const [accuracy] = /[\d.]+$/.exec(stdout.trim()) as unknown as [string];
    // Chance is 0.1.
    expect(Number(accuracy)).toBeGreaterThan(0.65);
    expect(readFileSync(join(root, "examples/lenet-mnist.mjs"), "utf8").trimEnd().split("\n").length).toBe(30);
  }, 180_000);

  const broken = "t10k-labels-idx1-ubyte.gz";
  test.each([
    ["a missing file", null, /ENOENT: no such file or directory, open '.*'$/],
    ["a file that is not compressed", Buffer.from("hello"), /incorrect header check$/],
    ["a compressed file of another format", gzipSync("hello world"), /t10k-labels-idx1 has no bytes in IDX's format$/],
    ["a truncated file", gzipSync(Buffer.alloc(1000)).subarray(0, 20), /unexpected end of file$/],
  ])("prints one sentence about %s", (_, bytes, reason) => {
    const folder = mkdtempSync(join(tmpdir(), "downhill-example-"));
    try {
      if (bytes) {
        for (const file of readdirSync(join(root, fixtures)).filter((name) => name.endsWith(".gz"))) {
          copyFileSync(join(root, fixtures, file), join(folder, file));
        }
        writeFileSync(join(folder, broken), bytes);
      }
      const { stdout, stderr, status } = run(folder);
      expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
      expect(stderr.trimEnd().split("\n").length).toBe(1);
      expect(stderr.trimEnd()).toMatch(reason);
      expect(stderr).toContain(`${folder} has not MNIST's files, train-images-idx3, `);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
