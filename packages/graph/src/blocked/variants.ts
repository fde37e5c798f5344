import type { ConvolutionVariant } from "./convolution.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";
import { suitsPaddedRows } from "./padded-rows.ts";
import { slotsOf } from "./slots.ts";
import type { WeightGradientVariant } from "./weight-gradient.ts";
import { bestRows, suitsWinograd, type Winograd } from "./winograd.ts";

/** Variants of a computation by name, the fastest of which depends on shape and processor, and the default variant. */
export interface Variants<Variant> {
  readonly all: ReadonlyMap<string, Variant>;
  readonly defaultVariant: string;
}

/** Returns the variants of a convolution. */
export function convolutionVariants(shape: ConvolutionShape): Variants<ConvolutionVariant> {
  const all = new Map<string, ConvolutionVariant>([[DIRECT, null]]);
  const { channels, filters, outHeight } = shape;
  if (suitsPaddedRows(shape)) return { all: all.set(PADDED_ROWS, { padsRows: true }), defaultVariant: PADDED_ROWS };
  if (!suitsWinograd(shape) || Math.min(channels, filters) < WINOGRAD_MINIMUM) return { all, defaultVariant: DIRECT };
  const rows = bestRows(outHeight);
  const joints: readonly Winograd["joined"][] = rows === 4 ? ["sums", "before", "after"] : ["before", "after"];
  const name = (joined: Winograd["joined"]): string => `${rows} rows, joined ${joined === "sums" ? "by sums" : joined}`;
  for (const joined of joints) all.set(name(joined), { rows, joined });
  const joined = rows === 4 ? "sums" : filters > channels ? "before" : "after";
  return { all, defaultVariant: Math.min(channels, filters) >= WINOGRAD_DEFAULT ? name(joined) : DIRECT };
}

/** Returns the variants of the weight gradient of a convolution. */
export function weightGradientVariants(shape: ConvolutionShape): Variants<WeightGradientVariant> {
  const { channels, filters, outHeight } = shape;
  const { sharing, units } = slotsOf(shape);
  const all = new Map<string, WeightGradientVariant>();
  const counts = (list: readonly number[]): number[] =>
    list.filter((count, i) => count <= units && units % count === 0 && list.indexOf(count) === i);
  const name = (groups: number, rows = 1): string =>
    `${groups === units ? "all" : groups} groups${rows > 1 ? `, ${rows} rows` : ""}`;
  const plain = counts([2, 4, units]);
  for (const groups of plain) all.set(name(groups), { groups });
  // Many filters keep all threads busy with few groups; few filters need one group per image.
  const wanted = filters <= 32 && sharing === 1 ? units : filters >= 128 && sharing > 1 ? 2 : 4;
  const defaultVariant = name(plain.filter((groups) => groups <= wanted).at(-1) ?? units);
  const fewest = Math.min(channels, filters);
  const together = suitsWinograd(shape) && fewest >= WINOGRAD_MINIMUM ? counts([2, 4]) : [];
  const rows = bestRows(outHeight);
  for (const groups of together) all.set(name(groups, rows), { groups, rows });
  return {
    all,
    defaultVariant:
      fewest >= WINOGRAD_DEFAULT_FOR_WEIGHTS && together.length > 0
        ? name(Math.max(...together), rows)
        : defaultVariant,
  };
}

const DIRECT = "direct";
const PADDED_ROWS = "padded rows";
/** Minimum number of channels of Winograd variants. With fewer, their sums cost more than they save. */
const WINOGRAD_MINIMUM = 48;
/** Number of channels from which a Winograd variant is the default. It is faster on every tested processor. */
const WINOGRAD_DEFAULT = 64;
/** Number of channels from which a Winograd variant is the default of weight gradients. */
const WINOGRAD_DEFAULT_FOR_WEIGHTS = 128;
