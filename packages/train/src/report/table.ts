import { type Html, html } from "./html.ts";

/** Column of a table. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => Html | string | number;
  /** Aligns the cells to the right; default false. */
  readonly numeric?: boolean;
  /** Sort key; default the text of the cell. */
  readonly sortBy?: (row: Row) => number;
}

export interface TableOptions {
  readonly caption: string;
  /** True if the first column is the header of its row; default false. */
  readonly named?: boolean;
  /** Adds buttons that sort by each column if scripts run; default false. */
  readonly sortable?: boolean;
}

/** Returns a table with a caption in a box that scrolls sideways on narrow pages. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { caption, named = false, sortable = false }: TableOptions,
): Html {
  const cells = (row: Row): Html[] =>
    columns.map(({ cell, numeric, sortBy }, i) => {
      const sort = sortBy ? html` data-sort="${sortBy(row)}"` : "";
      if (named && i === 0) return html`<th scope="row"${sort}>${cell(row)}</th>`;
      return html`<td${numeric ? html` class="number"` : ""}${sort}>${cell(row)}</td>`;
    });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table${sortable ? html` data-sortable` : ""}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ heading, numeric }) => html`<th scope="col"${numeric ? html` class="number"` : ""}>${heading}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table>
</div>`;
}

/** Returns names and values in two columns. */
export const pairs = (entries: readonly (readonly [name: string, value: Html | string | number])[]): Html =>
  html`<dl class="pairs">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
