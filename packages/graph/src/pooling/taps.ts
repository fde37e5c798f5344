import { at, type Shape } from "../core/shape.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { slice } from "../onnx/shorthands.ts";
import { slideOf, type Window } from "../spatial/window.ts";

/**
 * Returns a function that selects the pixels covered by one tap of the windows, numbered row by row. The result has the
 * shape of the pooled images.
 * @param filler value of the padding
 */
export function tapsOf(
  builder: OnnxBuilder,
  x: string,
  window: Window,
  images: Shape,
  filler: number,
): (tap: number) => string {
  const [rows, columns] = [slideOf(window, at(images, 2), 0), slideOf(window, at(images, 3), 1)];
  const [top, left, bottom, right] = window.padding;
  const pads = builder.ints([0, 0, top, left, 0, 0, bottom, right]);
  const isPadded = window.padding.some((size) => size > 0);
  const padded = isPadded ? builder.node("Pad", [x, pads, builder.float(filler)]) : x;
  return (tap) =>
    slice(builder, padded, [
      { axis: 2, start: Math.floor(tap / columns.kernel), count: rows.count, step: rows.stride },
      { axis: 3, start: tap % columns.kernel, count: columns.count, step: columns.stride },
    ]);
}
