import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const blocks = [...readFileSync(root("README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(
  ([, code]) => code as string,
);

test("the README's example of graphs runs on the build", async () => {
  const example = blocks.find(
    (code) => code.includes('from "@downhill/graph"') && !code.includes("@downhill/train"),
  ) as string;
  // In the package's folder, from which its own name resolves.
  const file = root(`packages/graph/dist/readme-${process.pid}.mjs`);
  try {
    writeFileSync(file, (await transform(example, { loader: "ts" })).code);
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: "cpu 108 128\n", stderr: "", status: 0 });
  } finally {
    rmSync(file);
  }
});
