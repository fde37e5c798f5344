import type { PartName } from "../data-set/parts.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { showShape } from "../image-set/shape.ts";
import type { Duplicate } from "./duplicates.ts";
import type { Facts, Failure, PartCounts, PlainImages } from "./facts.ts";
import { findingsOf } from "./findings.ts";

/** What a data set is like. */
export interface DataReport {
  readonly counts: readonly PartCounts[];
  /** Training images of the largest class by those of the smallest; Infinity where one has none. */
  readonly imbalance: number;
  /** Images that are the same, byte for byte, as an earlier one, in the same part or in another. */
  readonly duplicates: readonly Duplicate[];
  /** Images that cannot be used. */
  readonly failures: readonly Failure[];
  /** Files that are no images by their names: how many of each ending. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Sentences about what to look at in the data; empty where all is well. */
  readonly findings: readonly string[];
  /** Sentences about how the data were opened, such as a cache that cannot be written. */
  readonly notes: readonly string[];
  /** All of this for people, a line each: a table of counts, then findings and notes. */
  readonly lines: readonly string[];
  toString(): string;
}

export interface ReportFacts {
  readonly name: string;
  readonly parts: Readonly<Partial<Record<PartName, ImageSet>>>;
  readonly duplicates: readonly Duplicate[];
  readonly plain: readonly PlainImages[];
  readonly failures: readonly Failure[];
  readonly ignored: ReadonlyMap<string, number>;
  /** What the format's reader found odd. */
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}

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

/** A row a class, a column a part. Names stand last: how wide one is shown depends on its script and on escapes. */
function table(classNames: readonly string[], counts: readonly PartCounts[]): string[] {
  const rows = [
    [...counts.map(({ part }) => part as string), "class"],
    ...classNames.map((name, label) => [...counts.map(({ perClass }) => String(perClass[label])), name]),
    [...counts.map(({ total }) => String(total)), "all"],
  ];
  const widths = counts.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  "));
}
