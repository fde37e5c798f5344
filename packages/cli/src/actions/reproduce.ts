import {
  type Claim,
  type Reproduction,
  type ReproductionRequest,
  type ReproductionResult,
  reproductions,
  startReproduction,
} from "@downhill/experiments";
import { defined } from "@downhill/optim/defined";
import { suggest } from "@downhill/optim/nearest";
import { quote } from "../config/command-line.ts";
import { flagOf } from "../config/flags.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { definitions, pairs } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { writeFiles } from "../output/write-files.ts";
import { PROGRAM } from "../program-name.ts";
import { follow } from "../training/follow.ts";
import { ReproductionView } from "../training/reproduction-view.ts";
import { claimFolder } from "../training/run-folder.ts";
import { UsageError } from "../usage-error.ts";

/** Options of a reproduction, as a command gives them. */
export interface ReproduceOptions {
  readonly out?: string;
  readonly quick: boolean;
  readonly data?: string;
  readonly trainLimit?: number;
  readonly seeds?: number;
  readonly threads?: number;
}

/** Prints all results that can be repeated. */
export function listReproductions(output: Output): undefined {
  const all = Object.values(reproductions).map(({ run: _, ...rest }) => rest);
  output.result(all, () => {
    const rows = all.map(({ name, summary, trainings }) => {
      const time = trainings === null ? "seconds" : `about ${trainings.minutes} minutes on two cores`;
      return [name, `${summary} Takes ${time}.`] as const;
    });
    return `${definitions(output.results, rows)}\n\nRepeat one: ${PROGRAM} reproduce ${all[0]?.name}`;
  });
}

/**
 * Repeats a result, prints each statement of its paper with what was measured, and returns the exit status: 1 if a statement
 * does not hold.
 */
export async function reproduceOne(output: Output, name: string, options: ReproduceOptions): Promise<number> {
  const reproduction: Reproduction | undefined = Object.hasOwn(reproductions, name) ? reproductions[name] : undefined;
  if (reproduction === undefined)
    throw new UsageError(`reproduce ${name}: ${suggest(name, Object.keys(reproductions))}`);
  return reproduction.trainings === null
    ? computeOne(output, reproduction, options)
    : trainNew(output, reproduction, options);
}

/** Repeats a result without trainings. */
async function computeOne(output: Output, reproduction: Reproduction, options: ReproduceOptions): Promise<number> {
  const { out, quick: _, ...others } = options;
  const [unused] = Object.keys(defined(others));
  if (unused !== undefined) {
    throw new UsageError(`reproduce ${reproduction.name}: it trains no network. Remove ${flagOf(unused)}.`);
  }
  if (out !== undefined) checkUnusedFolder(out);
  const { claims, method, files } = await reproduction.run({
    quick: false,
    seeds: [],
    data: "",
    trainImages: 0,
    train: async () => [],
    compute: async () => [],
  });
  const written = out === undefined ? [] : writeFiles(out, Object.fromEntries(files));
  return printResult(output, reproduction, { claims, method, files: written });
}

/** Starts a reproduction that trains. */
function trainNew(output: Output, { name }: Reproduction, options: ReproduceOptions): Promise<number> {
  const { out, quick, ...others } = options;
  const folder = claimFolder(out, { data: name, optimizer: "reproduction" });
  process.once("exit", folder.release);
  const flags = Object.entries(defined(others)).flatMap(([key, value]) => [flagOf(key), quote(String(value))]);
  const command = ["downhill reproduce", name, ...(quick ? ["--quick"] : []), ...flags].join(" ");
  return followTrainings(output, { kind: "new", name, folder: folder.path, quick, command, ...defined(others) });
}

/** Resumes a reproduction, and returns the exit status. */
export const resumeReproduction = (output: Output, folder: string): Promise<number> =>
  followTrainings(output, { kind: "resume", folder });

function followTrainings(output: Output, request: ReproductionRequest): Promise<number> {
  const view = new ReproductionView(output);
  return follow(
    output,
    (onEvent: Parameters<typeof startReproduction>[1] & object) => startReproduction(request, onEvent),
    (event) => view.show(event),
    ({ result, interrupted }) => {
      if (result !== null) {
        const reproduction = reproductions[result.facts.name] as Reproduction;
        return printResult(output, reproduction, result);
      }
      const { folder } = request;
      output.result({ event: "result", status: "stopped", folder }, () =>
        joinSections([
          "Stopped. The results of the trainings that ended are saved.",
          pairs(output.results, [["resume", `${PROGRAM} reproduce --resume ${quote(folder)}`]]),
        ]),
      );
      return interrupted ?? STATUS.failed;
    },
  );
}

type Printed = Pick<ReproductionResult, "claims" | "method" | "files"> & Partial<ReproductionResult>;

/** Prints the statements with their verdicts, and returns the exit status. */
function printResult(output: Output, reproduction: Reproduction, { claims, method, files, facts }: Printed): number {
  const { name, title, paper } = reproduction;
  const { results } = output;
  output.result({ name, title, paper, claims, method, files, ...defined({ facts }) }, () => {
    const columns = Math.min(100, results.columns());
    return joinSections([
      `${results.style("bold", title)}\n${paper}`,
      ...claims.map((claim) => claimText(claim, columns, results)),
      facts?.quick ? "The quick form only shows that everything runs: it decides nothing." : null,
      wrap(method, columns),
      files.length === 0
        ? null
        : pairs(
            results,
            files.map((path) => ["file", path] as const),
          ),
    ]);
  });
  return claims.some(({ holds }) => holds === false) ? STATUS.failed : STATUS.done;
}

function claimText(
  { statement, rule, measured, holds, explanation }: Claim,
  columns: number,
  results: Output["results"],
) {
  const mark =
    holds === null
      ? results.style("yellow", "not decided")
      : holds
        ? results.style("green", "holds")
        : results.style("red", "does not hold");
  return [
    wrap(statement, columns),
    `${wrap(`${measured}: `, columns, "  ").trimEnd()} ${mark}`,
    ...(rule === undefined ? [] : [wrap(`It holds if ${rule}.`, columns, "  ")]),
    ...(explanation === undefined ? [] : [wrap(explanation, columns, "  ")]),
  ].join("\n");
}
