import { readFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";

interface Example {
  /** Lines of code of the original, rounded down. */
  readonly original: number;
  /** Finds the number that the last matching line of output ends with. */
  readonly result: RegExp;
  readonly least: number;
  readonly most: number;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  "training-a-classifier": { original: 90, result: /on the test images: (.*)/, least: 0.15, most: 1 },
  "simple-convnet": { original: 36, result: /test accuracy: (.*)/, least: 0.4, most: 1 },
  "denoising-autoencoder": { original: 70, result: /with noise, (.*) without/, least: 0, most: 0.15 },
  "variational-autoencoder": { original: 100, result: /average loss (.*)/, least: 200, most: 500 },
  "learning-rate-finder": { original: 45, result: /test accuracy: (.*)/, least: 0.3, most: 1 },
  "weight-averaging": { original: 150, result: /averaged weights: (.*)/, least: 0.3, most: 1 },
  "knowledge-distillation": { original: 200, result: /of the student: (.*)/, least: 0.3, most: 1 },
  dcgan: { original: 140, result: /discriminator (.*),/, least: 0, most: 1.6 },
  "vision-transformer": { original: 150, result: /test accuracy: (.*)/, least: 0.2, most: 1 },
  "triplet-loss": { original: 120, result: /distance (.*) within/, least: 0, most: 1 },
  "transfer-learning": { original: 130, result: /after fine-tuning: (.*)/, least: 0.8, most: 1 },
  "class-weights": { original: 76, result: /found shirts (.*)/, least: 0.2, most: 1 },
};

const file = (name: string): URL => new URL(`../../../examples/${name}.mjs`, import.meta.url);

/** Number of lines that are neither empty nor a comment. */
const linesOfCode = (name: string): number =>
  readFileSync(file(name), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*(?:\/\/|\/?\*)/.test(line)).length;

test.each(Object.entries(EXAMPLES))(
  "%s trains in short form, in no more lines than its original",
  async (name, example) => {
    process.argv.push("--short");
    const log = vi.spyOn(console, "log").mockReturnValue();
    const progress = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => {
      process.argv.pop();
      log.mockRestore();
      progress.mockRestore();
    });
    await import(file(name).href);
    const last = log.mock.calls.flatMap(([line]) => example.result.exec(String(line))?.slice(1) ?? []).at(-1);
    expect(Number(last)).toBeGreaterThan(example.least);
    expect(Number(last)).toBeLessThanOrEqual(example.most);
    expect(linesOfCode(name)).toBeLessThanOrEqual(example.original);
  },
);

test("the README and the documentation site list every example", () => {
  const root = new URL("../../../", import.meta.url);
  for (const page of ["examples/README.md", "docs/tutorials.md"]) {
    const text = readFileSync(new URL(page, root), "utf8");
    expect(Object.keys(EXAMPLES).filter((name) => !text.includes(`${name}.mjs`))).toEqual([]);
  }
});
