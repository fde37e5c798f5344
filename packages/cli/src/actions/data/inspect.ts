import { type DataSet, openDataSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { parseConfig } from "@downhill/train";
import { dataArgument } from "../../config/data-argument.ts";
import { readConfigFlags } from "../../config/flags.ts";
import { progressFields } from "../../output/fit.ts";
import { classesInWords, short } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { joinSections } from "../../output/sections.ts";
import { pairs, table } from "../../output/table.ts";
import { wrap } from "../../output/wrap.ts";

/**
 * Reads a data set, and prints its images per class, its problems and its normalization.
 * @param flags configuration keys that change how the data is read
 */
export async function inspectData(
  output: Output,
  data: string,
  flags: Readonly<Record<string, unknown>>,
): Promise<undefined> {
  const source = dataArgument(data);
  const { data: _, ...settings } = parseConfig({ data: source, ...readConfigFlags(flags) }, "the command line");
  const set = await openDataSet(source, defined(settings), ({ what, done, total }) =>
    output.status(progressFields(what, done, total)),
  );
  output.result(toJson(set), () => text(set, output));
}

function toJson(set: DataSet): object {
  const { name, source, kind, reading, imageShape, classNames, normalization, fingerprint, report } = set;
  const { lines, ...facts } = report;
  return { name, source, kind, reading, imageShape, classNames, normalization, fingerprint, ...facts };
}

function text({ reading, classNames, normalization, fingerprint, report }: DataSet, { results }: Output): string {
  const { lines, counts, findings, notes } = report;
  const columns = [{ title: "class" }, ...counts.map(({ part }) => ({ title: part, align: "right" as const }))];
  const rows = [
    ...classNames.map((name, label) => [name, ...counts.map(({ perClass }) => String(perClass[label]))]),
    ["all", ...counts.map(({ total }) => String(total))],
  ];
  return joinSections([
    results.style("bold", lines[0] ?? ""),
    table(results, columns, rows),
    [...findings, ...notes].map((remark) => wrap(`- ${remark}`, results.columns())).join("\n"),
    pairs(results, [
      ["read as", reading],
      ["classes", classesInWords(classNames)],
      ["mean", normalization.mean.map((value) => short(value)).join(", ")],
      ["deviation", normalization.std.map((value) => short(value)).join(", ")],
      ["fingerprint", fingerprint.slice(0, 16)],
    ]),
  ]);
}
