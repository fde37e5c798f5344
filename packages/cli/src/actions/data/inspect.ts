import { type DataSet, openDataSet } from "@downhill/images";
import { parseConfig } from "@downhill/train";
import { dataArgument } from "../../config/data-argument.ts";
import { readConfigFlags } from "../../config/flags.ts";
import { progressFields } from "../../output/fit.ts";
import { classesInWords, short } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { pairs, table } from "../../output/table.ts";
import { wrap } from "../../output/wrap.ts";

/** Reads a data set, and says what is in it. */
export async function inspect(
  output: Output,
  [data]: readonly [string],
  flags: Readonly<Record<string, unknown>>,
): Promise<undefined> {
  const source = dataArgument(data);
  const { data: _, ...settings } = parseConfig({ data: source, ...readConfigFlags(flags) }, "the command line");
  const options = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const set = await openDataSet(source, options, ({ what, done, total }) =>
    output.status(progressFields(what, done, total)),
  );
  output.result(toJson(set), () => text(set, output));
}

function toJson({
  name,
  source,
  kind,
  reading,
  imageShape,
  classNames,
  normalization,
  fingerprint,
  report,
}: DataSet): object {
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
  const remarks = [...findings, ...notes];
  return [
    results.style("bold", lines[0] ?? ""),
    table(results, columns, rows),
    ...(remarks.length === 0 ? [] : [remarks.map((remark) => wrap(`- ${remark}`, results.columns())).join("\n")]),
    pairs(results, [
      ["read as", reading],
      ["classes", classesInWords(classNames)],
      ["mean", normalization.mean.map((value) => short(value)).join(", ")],
      ["deviation", normalization.std.map((value) => short(value)).join(", ")],
      ["fingerprint", fingerprint.slice(0, 16)],
    ]),
  ].join("\n\n");
}
