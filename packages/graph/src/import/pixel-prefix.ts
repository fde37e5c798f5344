import type { Normalization } from "@downhill/optim/image";
import { at, type Shape, sizeOf } from "../core/shape.ts";
import type { Known } from "./known.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** Order of the axes of images. */
export type Layout = "NCHW" | "NHWC";

/** Nodes at the start of a graph that normalize the pixels, which training does by itself. */
export interface PixelPrefix {
  /** Values that stand for normalized images, with their layouts: the input and the results of the nodes. */
  readonly images: ReadonlyMap<string, Layout>;
  /** Normalization of pixels from 0 to 1 that the nodes compute; null if there is none. */
  readonly normalization: Normalization | null;
}

const PERMUTATIONS: Readonly<Record<Layout, string>> = { NHWC: "0,3,1,2", NCHW: "0,2,3,1" };

/** Ops that read only the shape of images. */
const READS_SHAPE: readonly string[] = ["Shape", "Size"];

/**
 * Finds the nodes that normalize pixels: casts, transposes, and sums and products with a number or one number per channel.
 * @param isByte true if the file takes bytes
 */
export function pixelPrefix(
  nodes: readonly OnnxNode[],
  values: ReadonlyMap<string, Known>,
  input: { readonly name: string; readonly layout: Layout; readonly channels: number; readonly isByte: boolean },
): PixelPrefix {
  const images = new Map<string, Layout>([[input.name, input.layout]]);
  const scale = new Array<number>(input.channels).fill(1);
  const shift = new Array<number>(input.channels).fill(0);
  let [name, layout, changes] = [input.name, input.layout, false];
  const found = new Map(images);
  for (;;) {
    const users = nodes.filter((node) => node.inputs.includes(name) && !READS_SHAPE.includes(node.type));
    const [node] = users;
    const result = node?.outputs[0];
    if (!node || users.length > 1 || result === undefined) break;
    if (node.type === "Transpose") {
      if (!node.has("perm") || node.ints("perm").join() !== PERMUTATIONS[layout]) break;
      layout = layout === "NHWC" ? "NCHW" : "NHWC";
    } else if (node.type !== "Cast" && node.type !== "Identity") {
      const applied = affineOf(node, name, values, layout, input.channels);
      if (!applied) break;
      for (const [channel, { factor, term }] of applied.entries()) {
        scale[channel] = at(scale, channel) * factor;
        shift[channel] = at(shift, channel) * factor + term;
      }
      changes = true;
    }
    name = result;
    found.set(name, layout);
  }
  if (!changes && !input.isByte) return { images, normalization: null };
  const normalization = normalizationOf(scale, shift, input.isByte);
  return normalization ? { images: found, normalization } : { images, normalization: null };
}

/** Returns factor and term of each channel; null if a node computes anything else. */
function affineOf(
  { type, inputs }: OnnxNode,
  name: string,
  values: ReadonlyMap<string, Known>,
  layout: Layout,
  channels: number,
): { readonly factor: number; readonly term: number }[] | null {
  const isFirst = inputs[0] === name;
  const operand = values.get((isFirst ? inputs[1] : inputs[0]) ?? "");
  if (operand?.kind !== "float" || inputs.length !== 2 || !isPerChannel(operand.shape, layout, channels)) return null;
  const numbers = Array.from({ length: channels }, (_, i) => at(operand.data, operand.data.length === 1 ? 0 : i));
  if (type === "Mul") return numbers.map((factor) => ({ factor, term: 0 }));
  if (type === "Add") return numbers.map((term) => ({ factor: 1, term }));
  if (type === "Sub" && isFirst) return numbers.map((term) => ({ factor: 1, term: -term }));
  return type === "Div" && isFirst ? numbers.map((divisor) => ({ factor: 1 / divisor, term: 0 })) : null;
}

function isPerChannel(shape: Shape, layout: Layout, channels: number): boolean {
  if (sizeOf(shape) === 1) return shape.length <= 4;
  const place = layout === "NCHW" ? -3 : -1;
  return sizeOf(shape) === channels && shape.at(place) === channels && shape.length <= 4;
}

/** Largest factor of pixels from 0 to 255: 1 / 255 for a standard deviation of 1, and more for smaller ones. */
const MAX_BYTE_FACTOR = 0.2;
/** Largest mean of pixels from 0 to 1. */
const MAX_MEAN = 2;
/** Digits of a float32 number that rounding leaves right. */
const DIGITS = 6;

/** Converts `pixel * scale + shift` to a mean and a standard deviation of pixels from 0 to 1; null if that is implausible. */
function normalizationOf(scale: readonly number[], shift: readonly number[], isByte: boolean): Normalization | null {
  if (![...scale, ...shift].every(Number.isFinite) || scale.some((factor) => factor <= 0)) return null;
  const means = scale.map((factor, i) => -at(shift, i) / factor);
  const takesBytes =
    isByte || scale.every((factor) => factor < MAX_BYTE_FACTOR) || means.some((mean) => mean > MAX_MEAN);
  const white = takesBytes ? 255 : 1;
  const rounded = (value: number): number => Number(value.toPrecision(DIGITS)) + 0;
  return {
    mean: means.map((mean) => rounded(mean / white)),
    std: scale.map((factor) => rounded(1 / (factor * white))),
  };
}
