import { type Html, html } from "./html.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => Html | string | number;
  /** Numbers stand on the right. */
  readonly numeric?: boolean;
  /** What to sort by, where that is not the text. */
  readonly sortBy?: (row: Row) => number;
}

export interface TableOptions {
  readonly caption: string;
  /** The first column names its row. */
  readonly named?: boolean;
  /** With buttons to sort by each column, where scripts run. */
  readonly sortable?: boolean;
}

/** A table with its caption, in a box that scrolls by itself where the page is too narrow for it. */
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

/** Names and values in two columns. */
export const pairs = (entries: readonly (readonly [name: string, value: Html | string | number])[]): Html =>
  html`<dl class="pairs">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
