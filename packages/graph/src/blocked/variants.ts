import type { ConvolutionVariant } from "./convolution.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";
import { kernelsOf } from "./kernels.ts";
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
  const { channels, filters, outHeight, block } = shape;
  if (suitsPaddedRows(shape)) return { all: all.set(PADDED_ROWS, { padsRows: true }), defaultVariant: PADDED_ROWS };
  const { from, defaultFrom } = kernelsOf(block).winograd;
  const fewest = Math.min(channels, filters);
  if (!suitsWinograd(shape) || fewest < from) return { all, defaultVariant: DIRECT };
  const rows = bestRows(outHeight);
  const joints: readonly Winograd["joined"][] = rows === 4 ? ["sums", "before", "after"] : ["before", "after"];
  const name = (joined: Winograd["joined"]): string => `${rows} rows, joined ${joined === "sums" ? "by sums" : joined}`;
  for (const joined of joints) all.set(name(joined), { rows, joined });
  const joined = rows === 4 ? "sums" : filters > channels ? "before" : "after";
  return { all, defaultVariant: fewest >= defaultFrom ? name(joined) : DIRECT };
}

/** Returns the variants of the weight gradient of a convolution. */
export function weightGradientVariants(shape: ConvolutionShape): Variants<WeightGradientVariant> {
  const { channels, filters, outHeight, block } = shape;
  const { fewFilters, winogradOfWeights } = kernelsOf(block);
  const { sharing, units } = slotsOf(shape);
  const all = new Map<string, WeightGradientVariant>();
  const counts = (list: readonly number[]): number[] =>
    list.filter((count, i) => count <= units && units % count === 0 && list.indexOf(count) === i);
  const name = (groups: number, rows = 1): string =>
    `${groups === units ? "all" : groups} groups${rows > 1 ? `, ${rows} rows` : ""}`;
  const plain = counts([2, 4, units]);
  for (const groups of plain) all.set(name(groups), { groups });
  // Many filters keep all threads busy with few groups; few filters need one group per image.
  const wanted = filters <= fewFilters && sharing === 1 ? units : filters >= 128 && sharing > 1 ? 2 : 4;
  const defaultVariant = name(plain.filter((groups) => groups <= wanted).at(-1) ?? units);
  const fewest = Math.min(channels, filters);
  const together = suitsWinograd(shape) && fewest >= winogradOfWeights.from ? counts(winogradOfWeights.groups) : [];
  const rows = bestRows(outHeight);
  for (const groups of together) all.set(name(groups, rows), { groups, rows });
  const last = fewest >= winogradOfWeights.defaultFrom ? together.at(-1) : undefined;
  return { all, defaultVariant: last === undefined ? defaultVariant : name(last, rows) };
}

const DIRECT = "direct";
const PADDED_ROWS = "padded rows";
