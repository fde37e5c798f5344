import type { PartName } from "../data-set/parts.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { showShape } from "../image-set/shape.ts";
import type { Duplicate } from "./duplicates.ts";
import type { Facts, Failure, PartCounts, PlainImages } from "./facts.ts";
import { findingsOf } from "./findings.ts";

/** A report on a data set. */
export interface DataReport {
  readonly counts: readonly PartCounts[];
  /** The number of training images in the largest class, divided by that in the smallest; Infinity if one is empty. */
  readonly imbalance: number;
  /** The images that are identical to an earlier one, byte for byte, in the same part or another. */
  readonly duplicates: readonly Duplicate[];
  /** The images that cannot be used. */
  readonly failures: readonly Failure[];
  /** The number of files per ending that are not images by name. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Possible problems of the data, as sentences; empty if there are none. */
  readonly findings: readonly string[];
  /** Notes on how the data were opened, as sentences, such as a cache that cannot be written. */
  readonly notes: readonly string[];
  /** The whole report as lines of text: a table of counts, then findings and notes. */
  readonly lines: readonly string[];
  toString(): string;
}

/** The facts from which a report is made. */
export interface ReportFacts {
  readonly name: string;
  readonly parts: Readonly<Partial<Record<PartName, ImageSet>>>;
  readonly duplicates: readonly Duplicate[];
  readonly plain: readonly PlainImages[];
  readonly failures: readonly Failure[];
  readonly ignored: ReadonlyMap<string, number>;
  /** The findings of the format's reader. */
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}

/** Creates the report on a data set. */
export function createReport(report: ReportFacts): DataReport {
  const { name, parts, duplicates, plain, failures, ignored, notes } = report;
  const sets = Object.entries(parts) as [PartName, ImageSet][];
  const counts = sets.map(([part, set]) => countClasses(part, set));
  const train = parts.train as ImageSet;
  const { perClass } = counts.find(({ part }) => part === "train") as PartCounts;
  const facts: Facts = { classNames: train.classNames, counts, duplicates, plain, failures, ignored };
  const findings = [...report.findings, ...findingsOf(facts)];
  const heading = `${name}: ${train.classNames.length} classes of ${showShape(train.imageShape)} images`;
  const lines = [heading, ...table(train.classNames, counts), ...findings, ...notes];
  return {
    counts,
    imbalance: Math.max(...perClass) / Math.min(...perClass),
    duplicates,
    failures,
    ignored: Object.fromEntries(ignored),
    findings,
    notes,
    lines,
    toString: () => lines.join("\n"),
  };
}

function countClasses(part: PartName, { labels, classNames, length }: ImageSet): PartCounts {
  const perClass = new Array<number>(classNames.length).fill(0);
  for (const label of labels) (perClass[label] as number)++;
  return { part, total: length, perClass };
}

/** Formats counts, one row per class and one column per part. Names come last, because their width depends on the script. */
function table(classNames: readonly string[], counts: readonly PartCounts[]): string[] {
  const rows = [
    [...counts.map(({ part }) => part as string), "class"],
    ...classNames.map((name, label) => [...counts.map(({ perClass }) => String(perClass[label])), name]),
    [...counts.map(({ total }) => String(total)), "all"],
  ];
  const widths = counts.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  "));
}
