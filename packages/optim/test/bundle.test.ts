import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { optimizers } from "@downhill/optim";
import { build } from "esbuild";
import { expect, test } from "vitest";

const home = new URL("../", import.meta.url);

/** Bundles a user's line of code: esbuild resolves the package by its package.json, so in dist. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(home) },
    bundle: true,
    format: "esm",
    minify: true,
    treeShaking: true,
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

const optimizersIn = (code: string) => Object.keys(optimizers).filter((name) => code.includes(`"${name}"`));

test("a bundle of Adam is under 12 KiB, gzipped", async () => {
  const code = await bundle(`export { adam } from "@downhill/optim"`);
  expect(gzipSync(code).length).toBeLessThan(12 * 1024);
});

test("a bundle contains only the optimizers that it uses", async () => {
  expect(optimizersIn(await bundle(`export { adam } from "@downhill/optim"`))).toEqual(["adam"]);
  expect(optimizersIn(await bundle(`export { optimizers } from "@downhill/optim"`))).toEqual(Object.keys(optimizers));
});

test("the package has no dependencies", async () => {
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(
    await readFile(new URL("package.json", home), "utf8"),
  );
  expect({ dependencies, peerDependencies, optionalDependencies }).toEqual({});
});
