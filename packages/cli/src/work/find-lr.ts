import {
  type FinderResult,
  type FinderSettings,
  type GivenConfig,
  type RunEvent,
  rateText,
  startSearch,
} from "@downhill/train";
import { commandFor } from "../config/command-line.ts";
import { readGiven } from "../config/given.ts";
import { positiveNumber } from "../config/positive-number.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { wholeNumber } from "../config/whole-number.ts";
import { STATUS } from "../failure.ts";
import { type Field, progressFields } from "../output/fit.ts";
import type { Output } from "../output/output.ts";
import { pairs } from "../output/table.ts";
import { writeFiles } from "../output/write-files.ts";
import { describeSearch, findingFields, findingLine } from "../training/search-view.ts";
import { endAtOnce, hearInterrupts } from "../training/signals.ts";
import { program } from "../training/summary.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly from: string;
  readonly to: string;
  readonly steps: string;
  readonly seeds: string;
  readonly probe?: string;
  readonly linear?: boolean;
  readonly choose: NonNullable<FinderSettings["choose"]>;
  readonly out?: string;
  readonly optimizer?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly [flag: string]: unknown;
}

/** Finds learning rates by range tests. */
export async function findLr(
  output: Output,
  [data]: readonly [string],
  { optimizer, ...options }: Options,
): Promise<number> {
  const optimizers = optimizer?.split(",").map((name) => name.trim());
  // Each is looked up as a configuration's; a rate that is given there is not needed, and does no harm.
  const [config] = (optimizers ?? [undefined]).map(
    (name) => readGiven(data, { ...options, ...(name === undefined ? {} : { optimizer: name }) }).config,
  ) as [GivenConfig];
  const settings = readSettings(options);
  if (options.out !== undefined) checkUnusedFolder(options.out);
  const request = { given: config, settings, ...(optimizers ? { optimizers } : {}) };
  const search = startSearch(request, shower(output));
  let interrupted: number | null = null;
  const stop = (status: number): void => {
    interrupted = status;
    search.stop();
  };
  const unhear = hearInterrupts(stop, (status) => {
    output.clearStatus();
    endAtOnce(status);
  });
  try {
    const results = await search.done;
    output.clearStatus();
    if (interrupted !== null) {
      output.say("Stopped: nothing is kept of a test that is not whole");
      return interrupted;
    }
    const files = options.out === undefined ? [] : await write(options.out, results);
    const [only] = results;
    output.result(results.length === 1 ? (only as FinderResult) : { results }, () =>
      [
        ...results.map((result) => describeSearch(result, output)),
        pairs(output.results, [
          ...files.map((file, i) => [i === 0 ? "files" : "", file] as const),
          ...nextCommand(config, results),
        ]),
      ]
        .filter((section) => section !== "")
        .join("\n\n"),
    );
    return results.every(({ chosen }) => chosen) ? STATUS.done : STATUS.failed;
  } finally {
    unhear();
    output.clearStatus();
  }
}

/** Tells how far it is; where nothing is redrawn, once what begins. */
function shower(output: Output): (event: RunEvent) => void {
  let said = "";
  const tell = (what: string, fields: readonly Field[]): void => {
    if (output.isLive) output.status(fields);
    else if (what !== said) output.say(what);
    said = what;
  };
  return (event) => {
    if (event.kind === "data") tell(event.what, progressFields(event.what, event.done, event.total));
    else if (event.kind === "finding") tell(findingLine(event), findingFields(event));
  };
}

function readSettings({ from, to, steps, seeds, probe, linear, choose }: Options): FinderSettings {
  const [lowest, highest] = [positiveNumber("--from", from), positiveNumber("--to", to)];
  if (lowest >= highest) {
    throw new UsageError(`--from ${from} --to ${to}: expected the first rate below the last`);
  }
  return {
    lowest,
    highest,
    ...defined({
      steps: wholeNumber("--steps", steps),
      seeds: wholeNumber("--seeds", seeds),
      probe: wholeNumber("--probe", probe),
    }),
    spacing: linear ? "linear" : "exponential",
    choose,
  };
}

const defined = (values: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined));

/** The results as JSON, and their plot. */
async function write(folder: string, results: readonly FinderResult[]): Promise<string[]> {
  // Loaded when there is something to draw.
  const { finderPlot, png } = await import("@downhill/train/plots");
  const svg = finderPlot(results);
  return writeFiles(folder, {
    "finder.json": `${JSON.stringify(results.length === 1 ? results[0] : { results }, null, 2)}\n`,
    "finder.svg": svg,
    "finder.png": await png(svg),
  });
}

/** The training that the first of the found rates is for. */
function nextCommand(config: GivenConfig, results: readonly FinderResult[]): [string, string][] {
  const found = results.find(({ chosen }) => chosen);
  if (!found?.chosen) return [];
  const optimizer = results.length > 1 ? { optimizer: found.optimizer } : {};
  const lr = Number(rateText(found.chosen.lr));
  return [["next", commandFor({ ...config, ...optimizer, lr }).replace(/^downhill/, program)]];
}
