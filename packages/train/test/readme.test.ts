import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const blocksOf = (file: string): string[] =>
  [...readFileSync(root(file), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string);

test("the README's recipes of own loops, checkpoints and weights run on the build", async () => {
  const blocks = blocksOf("packages/train/README.md").filter((code) =>
    /fit\(|copyWeights|Checkpoint|saveWeights/.test(code),
  );
  expect(blocks).toHaveLength(4);
  const folder = mkdtempSync(join(tmpdir(), "downhill-readme-"));
  // One process for all. Each block is a file of its own, because blocks have equal names.
  const file = (name: number | "all"): string => root(`packages/train/dist/readme-${process.pid}-${name}.mjs`);
  const files = blocks.map((_, i) => file(i));
  try {
    for (const [i, code] of blocks.entries()) writeFileSync(file(i), (await transform(code, { loader: "ts" })).code);
    writeFileSync(file("all"), files.map((path) => `await import(${JSON.stringify(pathToFileURL(path))});`).join("\n"));
    const options = { encoding: "utf8", cwd: folder } as const;
    const { stdout, stderr, status } = spawnSync(process.execPath, [file("all")], options);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^[\d.]+ 2\n[\d.]+ \d+\n3\n\d+ \[ 'fc\.weight', 'fc\.bias' \]\n$/);
  } finally {
    rmSync(folder, { recursive: true });
    for (const path of [...files, file("all")]) rmSync(path, { force: true });
  }
}, 180_000);

test("the README's example of a training runs on the build", async () => {
  const example = blocksOf("README.md").find((code) => code.includes('from "@downhill/train"')) as string;
  // Beside the package's own files, from where the names of packages are found.
  const file = root(`packages/train/dist/readme-${process.pid}.mjs`);
  try {
    writeFileSync(file, (await transform(example, { loader: "ts" })).code);
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: "true\n", stderr: "", status: 0 });
  } finally {
    rmSync(file, { force: true });
  }
}, 180_000);
