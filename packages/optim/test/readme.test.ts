import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const readme = readFileSync(root("README.md"), "utf8");
const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string);

const examples = blocks.filter((code) => code.includes('from "@downhill/optim"') && !code.includes("@downhill/train"));

test.each([
  ["optimizer", "3 0.00002\n"],
  ["sweep", "0.1 0.005 null\n"],
  ["schedules", "true 0.1 640 29141 78125\n"],
])("the README's example of %s runs on the build", async (about, expected) => {
  const example = examples.find((code) => code.includes(about)) as string;
  const folder = mkdtempSync(root("packages/optim/dist/readme-"));
  try {
    writeFileSync(`${folder}/example.ts`, example);
    await build({
      entryPoints: [`${folder}/example.ts`],
      outfile: `${folder}/example.mjs`,
      bundle: true,
      format: "esm",
      platform: "node",
    });
    const { stdout, stderr, status } = spawnSync(process.execPath, [`${folder}/example.mjs`], { encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: expected, stderr: "", status: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every surface is named in it", async () => {
  const { surfaces } = await import("../src/index.ts");
  for (const name of Object.keys(surfaces)) expect(readme).toContain(`\`${name}`);
});

test("its pictures are those of the script", async () => {
  const { pictures } = await import(root("scripts/pictures/index.mjs"));
  for (const [name, draw] of Object.entries<() => string>(pictures)) {
    expect(readme).toContain(`(docs/${name}.svg)`);
    expect(draw() === readFileSync(root(`docs/${name}.svg`), "utf8"), `docs/${name}.svg: npm run pictures`).toBe(true);
  }
});

test("it shows an optimizer's file unchanged", () => {
  expect(blocks).toContain(readFileSync(root("packages/optim/src/optimizers/adadelta.ts"), "utf8"));
});

test("every wrapper is named in it", async () => {
  const wrappers = await import("../src/wrappers/index.ts");
  for (const name of Object.keys(wrappers)) expect(readme).toContain(`\`${name}\``);
});

test("the language's table names every function of it", async () => {
  const { ELEMENTARY } = await import("../src/rule/calls.ts");
  const { matrices, randomness, reductions, transcendental } = await import("../src/index.ts");
  const language = readFileSync(root("packages/optim/README.md"), "utf8");
  const all = [ELEMENTARY, ...[matrices, randomness, reductions, transcendental].map(({ functions }) => functions)];
  for (const name of all.flatMap(Object.keys)) expect(language).toMatch(new RegExp(`\`${name}\\b`));
});
