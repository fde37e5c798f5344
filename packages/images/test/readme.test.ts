import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { augmentations, builtIns } from "../src/index.ts";
import { newFolder } from "./temporary.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string);

test.each([
  ["loader", /^sample: 10 classes of 28x28 gray images\ntrain {2}test {2}class\n/],
  ["imageSet", /^1024 64 128\nInt32Array\(10\) \[/],
  ["prefetch", /^64\n64\n64\n$/],
  ["contactSheet", /^IDX files train Ankle boot pixels\n$/],
])(
  "the README's example of %s runs on the build",
  async (about, expected) => {
    const example = blocks.find((code) => code.includes(about)) as string;
    const script = fileURLToPath(new URL(`../dist/readme-${about}-${process.pid}.mjs`, import.meta.url));
    writeFileSync(script, (await transform(example, { loader: "ts" })).code);
    try {
      const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: "utf8", cwd: newFolder() });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout).toMatch(expected);
    } finally {
      rmSync(script);
    }
  },
  60_000,
);

test("its tables list every augmentation with every argument, and every built-in name", () => {
  for (const [kind, { arguments: taken }] of Object.entries(augmentations)) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${kind}\``)) as string;
    for (const argument of Object.keys(taken)) expect(row, kind).toContain(`\`${argument}\``);
  }
  for (const name of Object.keys(builtIns)) expect(readme).toContain(`\`${name}\``);
});
