import type { GivenConfig } from "@downhill/train";
import { commandFor } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { pairs } from "../output/table.ts";
import { writeFiles } from "../output/write-files.ts";
import { PROGRAM } from "../program-name.ts";

type Plots = typeof import("@downhill/train/plots");

/** View of the results of one kind of search. */
export interface ResultView<Result> {
  /** Name of the files, without extension. */
  readonly name: string;
  /** Returns one SVG plot of all results. */
  readonly plot: (plots: Plots, results: readonly Result[]) => string;
  /** Returns one result as text. */
  readonly describe: (result: Result) => string;
  /** Returns the configuration with the chosen value; null if there is none. */
  readonly found: (result: Result) => GivenConfig | null;
}

/**
 * Prints the results of a search, one per optimizer, as JSON or as text with the next training command.
 * @param folder for the files of the results, if they are to be kept
 * @returns the exit status
 */
export async function printResults<Result extends { readonly optimizer: string; readonly chosen: object | null }>(
  output: Output,
  results: readonly Result[],
  folder: string | undefined,
  { name, plot, describe, found }: ResultView<Result>,
): Promise<number> {
  const all = results.length === 1 && results[0] ? results[0] : { results };
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
    return joinSections([...results.map(describe), ending]);
  });
  return results.every(({ chosen }) => chosen) ? STATUS.done : STATUS.failed;
}

async function write(folder: string, name: string, all: object, plot: (plots: Plots) => string): Promise<string[]> {
  // Plots are imported only where one is drawn.
  const plots = await import("@downhill/train/plots");
  const svg = plot(plots);
  return writeFiles(folder, {
    [`${name}.json`]: `${JSON.stringify(all, null, 2)}\n`,
    [`${name}.svg`]: svg,
    [`${name}.png`]: await plots.png(svg),
  });
}
