import { checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { mul } from "./mul.ts";
import { transpose } from "./transpose.ts";

export interface NormalizeImagesOptions {
  /** What is subtracted from each channel, of pixels from 0 to 1; default 0. */
  readonly mean?: readonly number[];
  /** What each channel is divided by then; default 1. */
  readonly std?: readonly number[];
  /** The order of the axes: channels before rows (the default), or last, as image files have them. */
  readonly layout?: "NCHW" | "NHWC";
}

/**
 * Images as files have them, uint8 from 0 to 255, to what a model takes: float32 [N, C, H, W], with
 * (x / 255 - mean) / std of each channel.
 */
export function normalizeImages(images: Tensor, options: NormalizeImagesOptions = {}): Tensor {
  const { layout = "NCHW" } = options;
  if (layout !== "NCHW" && layout !== "NHWC") {
    fail("normalizeImages", `layout = '${layout}': expected 'NCHW' or 'NHWC'`);
  }
  if (images.rank !== 4) {
    const axes = `[${[...layout].join(", ")}]`;
    fail("normalizeImages", `images ${showShape(images.shape)}: expected four axes, ${axes}`);
  }
  checkTypes("normalizeImages", [images], ["uint8"]);
  const channels = images.shape[layout.indexOf("C")] as number;
  const { mean = zeros(channels), std = zeros(channels).map(() => 1) } = options;
  for (const [name, values] of Object.entries({ mean, std })) {
    const fine = values.every((value) => Number.isFinite(value) && (name === "mean" || value > 0));
    if (values.length === channels && fine) continue;
    const expected = `${channels} ${name === "std" ? "numbers above 0" : "numbers"}, one for each channel`;
    fail("normalizeImages", `${name} = ${showShape(values)}: expected ${expected}`);
  }
  const float = cast(images, "float32");
  const planes = layout === "NHWC" ? transpose(float, [0, 3, 1, 2]) : float;
  const perChannel = (of: (channel: number) => number): Tensor =>
    constant(
      Float32Array.from({ length: channels }, (_, channel) => of(channel)),
      [channels, 1, 1],
    );
  const scaled = mul(
    planes,
    perChannel((channel) => 1 / (255 * (std[channel] as number))),
  );
  if (mean.every((value) => value === 0)) return scaled;
  return add(
    scaled,
    perChannel((channel) => -(mean[channel] as number) / (std[channel] as number)),
  );
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
