import * as Plot from "@observablehq/plot";
import type { SvgDocument, SvgElement } from "./xml.ts";

/** Mark of Observable Plot: the result of `Plot.line`, `Plot.dot`, `Plot.axisX` and so on. */
export interface Mark {
  plot(options?: object): unknown;
}

/** Scale of an axis, with the names and values of Observable Plot. */
export interface Scale {
  readonly type?: "linear" | "log" | "band";
  readonly domain?: readonly unknown[];
  readonly padding?: number;
  readonly clamp?: boolean;
  readonly axis?: null;
}

/**
 * Options of Observable Plot's `plot` that frames of a report set. Plot's own declarations require the DOM library and
 * do not compile under `exactOptionalPropertyTypes`.
 */
export interface Frame {
  /** Pixels, margins included. */
  readonly height: number;
  readonly marginTop?: number;
  readonly marginRight?: number;
  readonly marginBottom?: number;
  readonly marginLeft?: number;
  readonly x?: Scale;
  readonly y?: Scale;
  /** Marks from back to front; null draws nothing. */
  readonly marks: readonly (Mark | null)[];
}

/** Draws a plot of Observable Plot into a new SVG element of a document. */
export const plotInto = (document: SvgDocument, options: object): SvgElement =>
  Plot.plot({ document, ...options } as Plot.PlotOptions) as unknown as SvgElement;
