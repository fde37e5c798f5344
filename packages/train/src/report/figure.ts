import { type Html, html, raw } from "./html.ts";

/** Pixels for which plots are drawn: beside another one on a wide screen, and on a telephone. */
export const WIDE = 520;
export const NARROW = 312;

/** The same plot, drawn for a width. */
export type DrawPlot = (options: { readonly width: number; readonly title: string }) => string;

export interface FigureOptions {
  readonly heading: string;
  /** What it shows, in a sentence or two. */
  readonly words: string;
  readonly plot: DrawPlot;
  /** The same plot with another axis, shown instead of it on demand. */
  readonly variant?: {
    readonly name: string;
    readonly label: string;
    readonly plot: DrawPlot;
    readonly variantLabel: string;
  };
  /** The numbers that it draws. */
  readonly table: Html;
  /** Over both columns, the numbers beside the plot. */
  readonly spread?: boolean;
}

/** A plot with its heading, its message in words, and its numbers as a table. */
export function figure({ heading, words, plot, variant, table, spread = false }: FigureOptions): Html {
  return html`<figure class="card${variant ? " switched" : ""}${spread ? " spread" : ""}">
<figcaption><h3>${heading}</h3><p>${words}</p></figcaption>
${
  variant
    ? html`<fieldset class="switch"><legend>Axis of ${heading.toLowerCase()}</legend>
<label><input type="radio" name="${variant.name}" value="first" checked>${variant.label}</label>
<label><input type="radio" name="${variant.name}" value="second">${variant.variantLabel}</label></fieldset>
<div class="first">${bothWidths(plot)}</div>
<div class="second">${bothWidths(variant.plot)}</div>`
    : html`<div class="first">${bothWidths(plot)}</div>`
}
<details${spread ? html` open` : ""}><summary>The numbers${html`<span class="hidden"> of ${heading.toLowerCase()}</span>`}</summary>
${table}
</details>
</figure>`;
}

/** Text in a plot shrinks with it, so narrow screens have a drawing of their own. */
const bothWidths = (plot: DrawPlot): Html =>
  html`<div class="wide">${raw(plot({ width: WIDE, title: "" }))}</div>
<div class="narrow">${raw(plot({ width: NARROW, title: "" }))}</div>`;
