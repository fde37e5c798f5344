import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));

/** Files that take longest, the longest first: a worker that began one of them last would end long after the others. */
const LONGEST = [
  "docs/test/guide",
  "packages/graph/test/devices-browser",
  "packages/cli/test/nothing-is-lost",
  "packages/cli/test/help",
  "packages/train/test/report-browser",
  "packages/cli/test/train",
  "packages/optim/test/wgsl",
  "packages/cli/test/kills",
  "packages/cli/test/install",
  "packages/cli/test/find-lr",
  "packages/graph/test/device-step",
  "packages/cli/test/compare",
  "packages/cli/test/terminal",
  "packages/cli/test/resume-or-start",
  "packages/train/test/resume",
  "packages/cli/test/places",
  "packages/cli/test/fuzz",
  "packages/cli/test/interrupt",
  "packages/graph/test/telemetry",
  "packages/experiments/test/comparison",
  "packages/train/test/finder",
  "packages/train/test/train",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}.test.ts`));
      return index < 0 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  // Tests run on the sources: what they say about a line never comes from a stale build.
  resolve: {
    alias: [
      { find: /^@downhill\/(?!onnxruntime)(\w+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@downhill\/(\w+)\/(\w+)$/, replacement: `${packages}$1/src/$2` },
    ],
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "docs/test/**/*.test.ts"],
    globalSetup: "packages/cli/test/support/bundle.ts",
    sequence: { sequencer: LongestFirst },
    // Many tests wait for a process, the disk or the network: on two cores, a third worker uses that time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Milliseconds; many tests train, and the machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { requireAssertions: true },
    // Caches stay out of the user's folders. Tests that load ONNX Runtime themselves send no telemetry either.
    env: {
      ORT_DISABLE_TELEMETRY: "1",
      XDG_CACHE_HOME: `${packages}../node_modules/.cache`,
      ...softwareVulkan("/usr/lib/chromium"),
    },
  },
});

/**
 * WebGPU for machines without a GPU: Debian's Chromium ships a Vulkan loader and a software device, SwiftShader. Both
 * are added to what the system has, so a real GPU is still found, and preferred. A process finds libraries by the
 * environment that it was started with, and Vitest starts its workers with this one.
 */
function softwareVulkan(folder: string): Record<string, string> {
  const driver = `${folder}/vk_swiftshader_icd.json`;
  if (process.platform !== "linux" || !existsSync(driver)) return {};
  const added = (name: string, path: string): string => [process.env[name], path].filter(Boolean).join(":");
  return {
    LD_LIBRARY_PATH: added("LD_LIBRARY_PATH", folder),
    VK_ADD_DRIVER_FILES: added("VK_ADD_DRIVER_FILES", driver),
  };
}
