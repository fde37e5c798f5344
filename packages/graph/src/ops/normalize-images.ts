import { checkTensors, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { mul } from "./mul.ts";
import { transpose } from "./transpose.ts";

export interface NormalizeImagesOptions {
  /** Mean of each channel, for pixels from 0 to 1. Default 0. */
  readonly mean?: readonly number[];
  /** Standard deviation of each channel, for pixels from 0 to 1; above 0. Default 1. */
  readonly std?: readonly number[];
  /** Order of the axes of `images`: `"NCHW"`, or `"NHWC"` with channels last as in image files. Default `"NCHW"`. */
  readonly layout?: "NCHW" | "NHWC";
}

/**
 * Normalizes images of bytes for a model: `(x / 255 - mean) / std`, for each channel. Torchvision: `ToTensor` and
 * `Normalize`.
 * @param images uint8 from 0 to 255, [N, C, H, W], or [N, H, W, C] with the layout `"NHWC"`
 * @returns float32 [N, C, H, W]
 * @throws GraphError if `images` is not uint8 of four axes, or `mean` or `std` does not match its channels
 */
export function normalizeImages(images: Tensor, options: NormalizeImagesOptions = {}): Tensor {
  checkTensors("normalizeImages", [images]);
  const { layout = "NCHW" } = options;
  if (layout !== "NCHW" && layout !== "NHWC") {
    fail("normalizeImages", `layout = '${layout}'. Expected 'NCHW' or 'NHWC'.`);
  }
  if (images.rank !== 4) {
    const axes = `[${[...layout].join(", ")}]`;
    fail("normalizeImages", `images ${showShape(images.shape)}. Expected four axes, ${axes}.`);
  }
  checkTypes("normalizeImages", [images], ["uint8"]);
  const channels = at(images.shape, layout.indexOf("C"));
  const { mean = zeros(channels), std = zeros(channels).map(() => 1) } = options;
  for (const [name, values] of Object.entries({ mean, std })) {
    const fine = values.every((value) => Number.isFinite(value) && (name === "mean" || value > 0));
    if (values.length === channels && fine) continue;
    const expected = `${channels} ${name === "std" ? "numbers above 0" : "numbers"}, one per channel`;
    fail("normalizeImages", `${name} = ${showShape(values)}. Expected ${expected}.`);
  }
  const float = cast(images, "float32");
  const planes = layout === "NHWC" ? transpose(float, [0, 3, 1, 2]) : float;
  const perChannel = (values: readonly number[]): Tensor => constant(Float32Array.from(values), [channels, 1, 1]);
  const scaled = mul(planes, perChannel(std.map((deviation) => 1 / (255 * deviation))));
  if (mean.every((value) => value === 0)) return scaled;
  return add(scaled, perChannel(std.map((deviation, channel) => -at(mean, channel) / deviation)));
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
