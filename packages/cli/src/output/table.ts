import { columnsOf, padEnd, padStart, visible } from "@downhill/train/text";
import type { Format, Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Order in which columns are dropped from a table that is too wide: highest first; default: never. */
  readonly drop?: number;
  readonly style?: Format;
}

const GAP = "  ";

/** Formats rows under titles, without the columns for which the terminal is too narrow. */
export function table(terminal: Terminal, columns: readonly Column[], cells: readonly (readonly string[])[]): string {
  const titleRow = columns.map(({ title }) => visible(title));
  const rows = cells.map((row) => row.map(visible));
  const widths = columns.map((_, i) => Math.max(...[titleRow, ...rows].map((row) => columnsOf(row[i] ?? ""))));
  const shown = new Set(columns.keys());
  const total = (): number => [...shown].reduce((sum, i) => sum + (widths[i] as number) + GAP.length, -GAP.length);
  while (total() > terminal.columns()) {
    const worst = [...shown].reduce((a, b) => ((columns[b]?.drop ?? 0) >= (columns[a]?.drop ?? 0) ? b : a));
    if ((columns[worst]?.drop ?? 0) === 0) break;
    shown.delete(worst);
  }
  const line = (row: readonly string[], style: (i: number) => Format | undefined): string =>
    [...shown]
      .map((i) => {
        const pad = columns[i]?.align === "right" ? padStart : padEnd;
        const padded = pad(row[i] ?? "", widths[i] as number);
        const format = style(i);
        return format ? terminal.style(format, padded) : padded;
      })
      .join(GAP)
      .trimEnd();
  const titles = titleRow.every((title) => title === "") ? [] : [line(titleRow, () => "dim")];
  return [...titles, ...rows.map((row) => line(row, (i) => columns[i]?.style))].join("\n");
}

/** Formats names with their values, one pair per line. */
export const pairs = (terminal: Terminal, rows: readonly (readonly [string, string])[]): string =>
  table(terminal, [{ title: "", style: "dim" }, { title: "" }], rows);

/** Formats names with sentences beside them, wrapped to the width of the terminal. */
export function definitions(terminal: Terminal, rows: readonly (readonly [string, string])[]): string {
  const widest = Math.max(...rows.map(([name]) => columnsOf(name)));
  const indent = " ".repeat(widest + 2);
  const columns = Math.max(indent.length + 20, terminal.columns());
  return rows
    .map(
      ([name, text]) => `${terminal.style("bold", padEnd(name, widest))}  ${wrap(text, columns, indent).trimStart()}`,
    )
    .join("\n");
}
