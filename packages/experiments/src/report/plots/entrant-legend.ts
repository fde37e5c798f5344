import { type LegendItem, look, shorten } from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import type { EntrantResult } from "../../comparison/comparison.ts";

const FONT_SIZE = 12;
/** Pixels of a legend entry beside its text. */
const SIGN = 32;

/** Entrant with its place in the order of the comparison, from 0 on. */
export interface Placed {
  readonly place: number;
  readonly entrant: EntrantResult;
}

/** Returns the legend of entrants: their line styles, and their numbers, which label the curves. */
export const entrantLegend = (placed: readonly Placed[], width: number): LegendItem[] =>
  placed.map(({ place, entrant }) => ({
    label: shorten(`${place + 1} ${visible(entrant.name)}`, width - SIGN, FONT_SIZE),
    sign: "line",
    ...look(place),
  }));
