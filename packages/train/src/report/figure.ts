import { type Html, html, raw } from "./html.ts";

/** Widths in pixels at which every plot is drawn: one of two columns on a wide screen, and a phone. */
export const WIDE = 520;
export const NARROW = 312;

/** Draws a plot at a given width. */
export type DrawPlot = (options: { readonly width: number; readonly title: string }) => string;

export interface FigureOptions {
  readonly heading: string;
  /** Summary of the plot in one or two sentences. */
  readonly words: string;
  readonly plot: DrawPlot;
  /** The same plot with another axis; a switch selects between the two. */
  readonly variant?: {
    readonly name: string;
    readonly label: string;
    readonly plot: DrawPlot;
    readonly variantLabel: string;
  };
  /** Table with the plotted values. */
  readonly table: Html;
  /** Spans both columns, with the table beside the plot; default false. */
  readonly spread?: boolean;
}

/** Returns a plot with its heading, its summary and its values as a table. */
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
<details${spread ? html` open` : ""}><summary>Values${html`<span class="hidden"> of ${heading.toLowerCase()}</span>`}</summary>
${table}
</details>
</figure>`;
}

/** Text shrinks with its plot, so narrow screens get a separate drawing. */
const bothWidths = (plot: DrawPlot): Html =>
  html`<div class="wide">${raw(plot({ width: WIDE, title: "" }))}</div>
<div class="narrow">${raw(plot({ width: NARROW, title: "" }))}</div>`;
