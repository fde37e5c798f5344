import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the bundled command. */
    command: string;
  }
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const built = (path: string): string => join(root, "packages", path);

/** The command as a program and as a module, and the threads and processes that it starts by the names of their files. */
const ENTRIES = [
  built("cli/bin/downhill.js"),
  built("cli/dist/main.js"),
  ...["run", "search", "sweep"].map((name) => built(`train/dist/threads/${name}-worker.js`)),
  built("experiments/dist/trials/trial-process.js"),
  built("experiments/dist/reproductions/running/reproduction-process.js"),
  built("images/dist/prefetch/worker.js"),
  built("images/dist/pool/decoder-worker.js"),
  built("images/dist/reading/image-task-worker.js"),
  built("cli/dist/doctor/device-process.js"),
];

/**
 * Bundles the built command into a few files for the tests, which start it hundreds of times: Node takes longer to load a
 * thousand modules than a small training takes.
 */
export default async function bundle(project: TestProject): Promise<() => void> {
  const caches = join(root, "node_modules/.cache");
  mkdirSync(caches, { recursive: true });
  const outdir = mkdtempSync(join(caches, "command-"));
  await build({
    entryPoints: ENTRIES.map((path) => ({ in: path, out: basename(path, ".js") })),
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: [...decoders(), "@downhill/onnxruntime", "onnxruntime-*"],
    // CommonJS modules among the dependencies.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    plugins: [filesOfTheBuild],
    logLevel: "error",
  });
  project.provide("command", join(outdir, "downhill.js"));
  return () => rmSync(outdir, { recursive: true, force: true });
}

/** Returns the packages that decode images and files: some load WebAssembly or native code that lies beside them. */
function decoders(): string[] {
  const { dependencies } = JSON.parse(readFileSync(built("images/package.json"), "utf8"));
  return Object.keys(dependencies).filter((name) => !name.startsWith("@downhill/"));
}

/** Modules that read files beside their own find those of the build: the schema, the names of classes, package.json. */
const filesOfTheBuild: Plugin = {
  name: "files of the build",
  setup(builder) {
    builder.onLoad({ filter: /packages[/\\]\w+[/\\]dist[/\\].*\.js$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path));
      const contents = readFileSync(path, "utf8").replaceAll(
        /((?:new URL\("\.\.\/[^"]*", |createRequire\())import\.meta\.url\)/g,
        (_, call: string) => `${call}${url})`,
      );
      return { contents, loader: "js" };
    });
  },
};
