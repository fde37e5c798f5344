import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** TypeScript blocks of a README that use graphs without the trainer. */
const blocksOf = (readme: string): string[] =>
  [...readFileSync(root(readme), "utf8").matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code]) => code as string)
    .filter((code) => code.includes('from "@downhill/graph"') && !code.includes("@downhill/train"));

/** Runs a block on the build, and returns its output. */
async function run(code: string, name: string): Promise<string> {
  // In the package's folder, from which its own name resolves.
  const file = root(`packages/graph/dist/readme-${process.pid}-${name}.mjs`);
  try {
    writeFileSync(file, (await transform(code, { loader: "ts" })).code);
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout;
  } finally {
    rmSync(file);
  }
}

test("the example of graphs in the project's README runs on the build", async () => {
  expect(await Promise.all(blocksOf("README.md").map((code) => run(code, "project")))).toEqual(["cpu 108 128\n"]);
});

test("the examples of the package's README run on the build", async () => {
  const [compute = "", define = "", train = "", ...recipes] = blocksOf("packages/graph/README.md");
  expect(await run(compute, "compute")).toBe("512 108\n");
  const table = await run(define, "define");
  expect(table).toContain("conv1");
  expect(table.trimEnd().split("\n").at(-1)).toBe("72");
  expect(await run(train, "train")).toBe("true\n16\n2\n");
  expect(recipes.length).toBe(7);
  const names = "mlp.gate mlp.fc1.weight mlp.fc1.bias mlp.fc2.weight mlp.fc2.bias head.weight head.bias";
  const imported = "8 classifier.weight classifier.bias\n{ mean: [ 0 ], std: [ 1 ] }";
  expect(await run(inOneModule(recipes), "recipes")).toBe(
    `-1,-1,1,1 0,1,1,0\ntrue true\n12\n${imported}\n${names}\ntrue true\ntrue\ntrue\n`,
  );
});

/** Joins blocks, each in a scope of its own, since a process starts slowly. */
function inOneModule(blocks: readonly string[]): string {
  const imports = new Map<string, Set<string>>();
  const bodies = blocks.map((block) =>
    block.replace(/^import \{(.*?)\} from (".*?");$/gms, (_, names: string, from: string) => {
      const known = imports.get(from) ?? new Set();
      for (const name of names.split(",")) known.add(name.trim());
      imports.set(from, known);
      return "";
    }),
  );
  const lines = [...imports].map(
    ([from, names]) => `import { ${[...names].filter(Boolean).join(", ")} } from ${from};`,
  );
  return [...lines, ...bodies.map((body) => `await (async () => {${body}})();`)].join("\n");
}
