import * as Plot from "@observablehq/plot";
import type { Mark } from "./frame.ts";
import { number } from "./numbers.ts";

/** Returns an x axis of learning rates, with a label at each power of ten, or at each second one on narrow plots. */
export function rateAxis([low, high]: readonly [number, number], isLog: boolean, narrow: boolean): Mark[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const decades = Array.from({ length: Math.floor(Math.log10(high) + 1e-9) - first + 1 }, (_, i) => first + i);
  const every = narrow && decades.length > 5 ? 2 : 1;
  const shown = decades.filter((power) => power % every === 0).map((power) => Number(`1e${power}`));
  const ticks = isLog && shown.length >= 2 ? shown : 5;
  return [
    Plot.gridX({ ticks: ticks as number, strokeOpacity: 0.13 }),
    Plot.axisX({
      ticks: ticks as number,
      tickFormat: (lr: number) => number(lr, 2),
      tickSize: 4,
      label: "learning rate",
      labelAnchor: "center",
      labelArrow: "none",
    }),
  ];
}
