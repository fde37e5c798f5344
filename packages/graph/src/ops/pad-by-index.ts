import { constant } from "../core/constant.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { gather } from "./gather.ts";

/** Sources of new elements beyond the border. */
export type PadMode = "reflect" | "replicate" | "circular";

/** Returns the index of the element that is copied to a position outside an axis, or inside it. */
const SOURCES: Readonly<Record<PadMode, (position: number, size: number) => number>> = {
  reflect: (position, size) => size - 1 - Math.abs(size - 1 - Math.abs(position)),
  replicate: (position, size) => Math.min(Math.max(position, 0), size - 1),
  circular: (position, size) => (position + size) % size,
};

/** Largest padding of an axis. */
const LIMITS: Readonly<Record<PadMode, (size: number) => number>> = {
  reflect: (size) => size - 1,
  replicate: () => Number.POSITIVE_INFINITY,
  circular: (size) => size,
};

/**
 * Adds copies of elements around a tensor.
 * @throws GraphError for an unknown mode, or an axis that is too short for it
 */
export function padByIndex(
  x: Tensor,
  pads: readonly (readonly [before: number, after: number])[],
  mode: PadMode,
): Tensor {
  const [source, limit] = [SOURCES[mode], LIMITS[mode]];
  if (!source) fail("pad", `mode = '${mode}'. Expected 'constant', 'reflect', 'replicate' or 'circular'.`);
  return pads.reduce((padded, [before, after], axis) => {
    if (before === 0 && after === 0) return padded;
    const size = at(x.shape, axis);
    if (Math.max(before, after) > limit(size)) {
      const found = `[${before}, ${after}] around axis ${axis} of ${showShape(x.shape)} in the mode '${mode}'`;
      fail("pad", `${found}. Expected at most ${limit(size)} on each side.`);
    }
    const indices = Int32Array.from({ length: before + size + after }, (_, i) => source(i - before, size));
    return gather(padded, constant(indices, [indices.length]), axis);
  }, x);
}
