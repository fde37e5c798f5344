import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

test("the README's example of a training runs on the build", async () => {
  const blocks = [...readFileSync(root("README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  const example = blocks.find((code) => code?.includes('from "@downhill/train"')) as string;
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
