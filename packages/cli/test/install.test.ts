import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/downhill.ts";
import { runInShell } from "./support/shell.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const packed = temporaryFolder();
const project = temporaryFolder();
const installed = (name: string): string => join(project, "node_modules", name);

/** The libraries, which have declarations. The command line has none, and those of ONNX Runtime are its own. */
const LIBRARIES = ["optim", "graph", "images", "train", "experiments", "lab"];
const PACKAGES = ["downhill", ...[...LIBRARIES, "onnxruntime"].map((name) => `@downhill/${name}`)];

/** Names of the entry points that the manifest of a library exports. */
function entryPoints(name: string): string[] {
  const manifest = readFileSync(join(installed(`@downhill/${name}`), "package.json"), "utf8");
  const { exports } = JSON.parse(manifest) as { readonly exports: object };
  return Object.keys(exports).map((path) => `@downhill/${name}${path.slice(1)}`);
}

/** Files that TypeScript has parsed, by their names. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Returns the type errors of a file and of all declarations that it imports, besides those of TypeScript and Node themselves. */
function typeErrors(file: string, compilerOptions: object): string[] {
  const { options, errors } = ts.convertCompilerOptionsFromJson(compilerOptions, project);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...more) => {
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...more));
    return parsed.get(name);
  };
  const program = ts.createProgram([file], options, host);
  const checked = program
    .getSourceFiles()
    .filter((source) => !program.isSourceFileDefaultLibrary(source) && !source.fileName.includes("/@types/node/"));
  expect(checked.length).toBeGreaterThan(100);
  const found = [
    ...[...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()],
    ...checked.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
  ];
  return found.map(
    ({ file: at, messageText }) => `${at?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
  );
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

describe("the packages as a user installs them from a registry", () => {
  beforeAll(() => {
    runInShell(root, "npm", "pack", "--workspaces", "--pack-destination", packed);
    const tarballs = readdirSync(packed).map((name) => join(packed, name));
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
    runInShell(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs);
  }, 600_000);

  test("have no install step, and no dependency that has one", () => {
    const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as LockFile;
    const names = Object.keys(packages);
    expect(names.filter((name) => packages[name]?.hasInstallScript)).toEqual([]);
    expect(names).toContain("node_modules/@downhill/onnxruntime");
    expect(names).not.toContain("node_modules/onnxruntime-node");
    expect(names).not.toContain("node_modules/onnxruntime-web");
  });

  test.each(PACKAGES)("%s passes publint, and its manifest is complete", async (name) => {
    const { messages } = await publint({ pkgDir: installed(name), pack: false, strict: true });
    expect(messages).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(installed(name), "package.json"), "utf8")) as Record<string, unknown>;
    for (const key of ["description", "keywords", "homepage", "bugs", "repository", "license", "author", "engines"]) {
      expect(manifest[key], key).toBeTruthy();
    }
  });

  test.each(LIBRARIES)(
    "the types of @downhill/%s resolve as its code does",
    async (name) => {
      const file = readdirSync(packed).find((tarball) => tarball.startsWith(`downhill-${name}-`)) as string;
      const result = await checkPackage(createPackageFromTarballData(readFileSync(join(packed, file))));
      if (!result.types) throw new Error("it has no types");
      // The packages are ES modules with `exports`: older resolutions and `require` are not supported.
      const unsupported = (kind: string): boolean => kind === "node10" || kind === "node16-cjs";
      const problems = result.problems.filter(
        (problem) => !("resolutionKind" in problem && unsupported(problem.resolutionKind)),
      );
      expect(problems).toEqual([]);
    },
    60_000,
  );

  test("have source maps that contain their sources", () => {
    const maps = PACKAGES.filter((name) => name !== "@downhill/onnxruntime").flatMap((name) =>
      readdirSync(join(installed(name), "dist"), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".js.map"))
        .map((path) => join(installed(name), "dist", path)),
    );
    expect(maps.length).toBeGreaterThan(100);
    for (const path of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(path, "utf8")) as Record<string, readonly string[]>;
      expect(sourcesContent, path).toHaveLength(sources?.length ?? 0);
    }
  });

  test.each([
    { lib: ["es2022"], types: [] },
    { lib: ["es2022"], types: ["node"] },
    { lib: ["es2022", "dom"], types: [] },
    { lib: ["es2022", "dom"], types: ["node"] },
  ])("have declarations that compile with lib $lib and types $types", ({ lib, types }) => {
    const name = [...lib, ...types].join("-");
    const entries = LIBRARIES.flatMap(entryPoints);
    expect(entries).toContain("@downhill/train/plots");
    writeFileSync(
      join(project, `${name}.ts`),
      entries.map((path, i) => `export * as e${i} from "${path}";`).join("\n"),
    );
    const compilerOptions = {
      ...{ target: "es2022", module: "nodenext", strict: true, exactOptionalPropertyTypes: true, noEmit: true },
      ...{ skipLibCheck: false, lib, types, typeRoots: [join(root, "node_modules/@types")] },
    };
    expect(typeErrors(join(project, `${name}.ts`), compilerOptions)).toEqual([]);
  });

  test("train from the command line", () => {
    const flags = ["--train-limit", "200", "--test-limit", "50", "--epochs", "1", "--lr", "0.01", "--out", "run"];
    const bin = join("node_modules", "downhill", "bin", "downhill.js");
    expect(runInShell(project, process.execPath, bin, "train", "sample", ...flags)).toContain("run/model.onnx");
  }, 300_000);

  test("explain how to install the optional device", () => {
    const source = `
      import { compile, input, ops } from "@downhill/graph";
      await compile({ y: ops.exp(input("x", [2])) }, { device: "wasm" }).catch((error) => console.log(error.message));
    `;
    const output = runInShell(project, process.execPath, "--input-type=module", "--eval", source);
    expect(output).toContain("onnxruntime-web is not installed. Run npm install onnxruntime-web@1.30.0");
  }, 180_000);

  test("bundle with Vite in a page that trains with optim and graph", () => {
    // As after `npm install onnxruntime-web`, the peer dependency for pages.
    symlinkSync(join(root, "node_modules/onnxruntime-web"), installed("onnxruntime-web"), "junction");
    writeFileSync(join(project, "index.html"), '<!doctype html><script type="module" src="./page.js"></script>');
    const page = `
      import { compile, input, ops } from "@downhill/graph";
      import { adamw, Parameters } from "@downhill/optim";
      const parameters = new Parameters({ weight: [2] });
      adamw().bind(parameters).step();
      const program = await compile({ y: ops.exp(input("x", [2])) }, { device: "wasm" });
      document.body.textContent = String((await program.run({ x: parameters.value("weight") })).y);
    `;
    writeFileSync(join(project, "page.js"), page);
    const output = runInShell(project, process.execPath, join(root, "node_modules/vite/bin/vite.js"), "build");
    expect(output).not.toContain("externalized for browser compatibility");
    const scripts = readdirSync(join(project, "dist/assets")).filter((name) => name.endsWith(".js"));
    const code = scripts.map((name) => readFileSync(join(project, "dist/assets", name), "utf8")).join("\n");
    expect(code).toContain("AdamW");
    expect(code).not.toMatch(/(?:from|import)\s*["']node:/);
  }, 180_000);
});
