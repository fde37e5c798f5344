import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/downhill.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const packed = temporaryFolder();
const project = temporaryFolder();

/** Runs a program as in a shell of the user's: without what `npm test` adds to the environment. */
function run(cwd: string, program: string, ...args: readonly string[]): string {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/.test(name)),
  );
  const options = { cwd, env: { ...env, NO_COLOR: "1" }, encoding: "utf8", timeout: 300_000 } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  expect(status, `${program} ${args.join(" ")}: ${stdout}${stderr}`).toBe(0);
  return stdout;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

describe("the packages as a user installs them from a registry", () => {
  beforeAll(() => {
    run(root, "npm", "pack", "--workspaces", "--pack-destination", packed);
    const tarballs = readdirSync(packed).map((name) => join(packed, name));
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
    run(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs);
  }, 600_000);

  test("have no install step, and no dependency that has one", () => {
    const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as LockFile;
    const names = Object.keys(packages);
    expect(names.filter((name) => packages[name]?.hasInstallScript)).toEqual([]);
    expect(names).toContain("node_modules/@downhill/onnxruntime");
    expect(names).not.toContain("node_modules/onnxruntime-node");
    expect(names).not.toContain("node_modules/onnxruntime-web");
  });

  test("train from the command line", () => {
    const flags = ["--train-limit", "200", "--test-limit", "50", "--epochs", "1", "--lr", "0.01", "--out", "run"];
    const bin = join("node_modules", "downhill", "bin", "downhill.js");
    expect(run(project, process.execPath, bin, "train", "sample", ...flags)).toContain("run/model.onnx");
  }, 120_000);

  test("say how to get the optional device", () => {
    const source = `
      import { compile, input, ops } from "@downhill/graph";
      await compile({ y: ops.exp(input("x", [2])) }, { device: "wasm" }).catch((error) => console.log(error.message));
    `;
    const said = run(project, process.execPath, "--input-type=module", "--eval", source);
    expect(said).toContain("onnxruntime-web is not installed. Run npm install onnxruntime-web@1.30.0");
  }, 60_000);
});
