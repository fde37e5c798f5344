import { type Reproduction, reproductions } from "@downhill/experiments";
import { suggest } from "@downhill/optim/nearest";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { definitions, pairs } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { writeFiles } from "../output/write-files.ts";
import { PROGRAM } from "../program-name.ts";
import { UsageError } from "../usage-error.ts";

/** Prints all results that can be repeated. */
export function listReproductions(output: Output): undefined {
  const all = Object.values(reproductions).map(({ name, title, paper, summary }) => ({ name, title, paper, summary }));
  output.result(all, () => {
    const rows = all.map(({ name, summary }) => [name, summary] as const);
    return `${definitions(output.results, rows)}\n\nRepeat one: ${PROGRAM} reproduce ${all[0]?.name}`;
  });
}

/**
 * Repeats a result, prints each statement of its paper with what was measured, and returns the exit status: 1 if a statement
 * does not hold.
 * @param out folder for plots and data, if they are to be kept
 */
export function reproduceOne(output: Output, name: string, out?: string): number {
  const reproduction: Reproduction | undefined = Object.hasOwn(reproductions, name) ? reproductions[name] : undefined;
  if (reproduction === undefined)
    throw new UsageError(`reproduce ${name}: ${suggest(name, Object.keys(reproductions))}`);
  if (out !== undefined) checkUnusedFolder(out);
  const { title, paper } = reproduction;
  const { claims, method, files } = reproduction.run();
  const written = out === undefined ? [] : writeFiles(out, Object.fromEntries(files));
  const { results } = output;
  output.result({ name, title, paper, claims, method, files: written }, () => {
    const columns = Math.min(100, results.columns());
    const held = claims.map(({ statement, measured, holds }) => {
      const mark = holds ? results.style("green", "holds") : results.style("red", "does not hold");
      return `${wrap(statement, columns)}\n${wrap(`${measured}: `, columns, "  ").trimEnd()} ${mark}`;
    });
    return joinSections([
      `${results.style("bold", title)}\n${paper}`,
      ...held,
      wrap(method, columns),
      written.length === 0
        ? null
        : pairs(
            results,
            written.map((path) => ["file", path] as const),
          ),
    ]);
  });
  return claims.every(({ holds }) => holds) ? STATUS.done : STATUS.failed;
}
