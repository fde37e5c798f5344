import type { ConvolutionVariant } from "./convolution.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";
import { suitsPaddedRows } from "./padded-rows.ts";
import { slotsOf } from "./slots.ts";
import type { WeightGradientVariant } from "./weight-gradient.ts";
import { bestRows, suitsWinograd, type Winograd } from "./winograd.ts";

/** Ways to compute the same, by name, of which the fastest differs by shape and processor; and the usual one. */
export interface Variants<Variant> {
  readonly all: ReadonlyMap<string, Variant>;
  readonly defaultVariant: string;
}

export function convolutionVariants(shape: ConvolutionShape): Variants<ConvolutionVariant> {
  const all = new Map<string, ConvolutionVariant>([[DIRECT, null]]);
  const { channels, filters, outHeight } = shape;
  if (suitsPaddedRows(shape)) return { all: all.set(PADDED_ROWS, { padsRows: true }), defaultVariant: PADDED_ROWS };
  if (!suitsWinograd(shape) || Math.min(channels, filters) < FEW) return { all, defaultVariant: DIRECT };
  const rows = bestRows(outHeight);
  const joints: readonly Winograd["joined"][] = rows === 4 ? ["sums", "before", "after"] : ["before", "after"];
  const name = (joined: Winograd["joined"]): string => `${rows} rows, joined ${joined === "sums" ? "by sums" : joined}`;
  for (const joined of joints) all.set(name(joined), { rows, joined });
  const defaultVariant = rows === 4 ? "sums" : filters > channels ? "before" : "after";
  return { all, defaultVariant: Math.min(channels, filters) >= MANY ? name(defaultVariant) : DIRECT };
}

/** Of the gradient by the weight. */
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
  // Many filters keep the processor busy with few groups, few need one for each image.
  const wanted = filters <= 32 && sharing === 1 ? units : filters >= 128 && sharing > 1 ? 2 : 4;
  const defaultVariant = name(plain.filter((groups) => groups <= wanted).at(-1) ?? units);
  const least = Math.min(channels, filters);
  const together = suitsWinograd(shape) && least >= FEW ? counts([2, 4]) : [];
  const rows = bestRows(outHeight);
  for (const groups of together) all.set(name(groups, rows), { groups, rows });
  return {
    all,
    defaultVariant: least >= VERY_MANY && together.length > 0 ? name(Math.max(...together), rows) : defaultVariant,
  };
}

const DIRECT = "direct";
const PADDED_ROWS = "padded rows";
/** Fewer channels than these make Winograd's sums cost more than they save. */
const FEW = 48;
/** So many make them pay on every processor that was tried. */
const MANY = 64;
/** So many do so for gradients by the weight. */
const VERY_MANY = 128;
