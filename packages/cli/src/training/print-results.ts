import type { GivenConfig } from "@downhill/train";
import { commandFor } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { pairs } from "../output/table.ts";
import { writeFiles } from "../output/write-files.ts";
import { PROGRAM } from "../program-name.ts";

type Plots = typeof import("@downhill/train/plots");

/** How results of one kind are shown. */
export interface ResultView<Result> {
  /** The files' names, without their ends. */
  readonly name: string;
  /** Of all in one frame: an SVG file's text. */
  readonly plot: (plots: Plots, results: readonly Result[]) => string;
  /** One for people. */
  readonly describe: (result: Result) => string;
  /** The configuration to train with: that of the search with what was found. */
  readonly found: (result: Result) => GivenConfig | null;
}

/**
 * Shows what searches came to, one for each optimizer: as JSON or in words, with files where there is a folder for them,
 * and the training that the first of what was found is for.
 * @returns the status to end with
 */
export async function printResults<Result extends { readonly optimizer: string; readonly chosen: object | null }>(
  output: Output,
  results: readonly Result[],
  folder: string | undefined,
  { name, plot, describe, found }: ResultView<Result>,
): Promise<number> {
  const all = results.length === 1 ? (results[0] as Result) : { results };
  const files = folder === undefined ? [] : await write(folder, name, all, (plots) => plot(plots, results));
  output.result(all, () => {
    const first = results.find(({ chosen }) => chosen);
    const config = first && found(first);
    const optimizer = results.length > 1 ? { optimizer: first?.optimizer } : {};
    const next = config ? commandFor({ ...config, ...optimizer }).replace(/^downhill/, PROGRAM) : null;
    const ending = pairs(output.results, [
      ...files.map((file, i) => [i === 0 ? "files" : "", file] as const),
      ...(next === null ? [] : [["next", next] as const]),
    ]);
    return [...results.map(describe), ending].filter((section) => section !== "").join("\n\n");
  });
  return results.every(({ chosen }) => chosen) ? STATUS.done : STATUS.failed;
}

async function write(folder: string, name: string, all: object, plot: (plots: Plots) => string): Promise<string[]> {
  // Loaded when there is something to draw.
  const plots = await import("@downhill/train/plots");
  const svg = plot(plots);
  return writeFiles(folder, {
    [`${name}.json`]: `${JSON.stringify(all, null, 2)}\n`,
    [`${name}.svg`]: svg,
    [`${name}.png`]: await plots.png(svg),
  });
}
