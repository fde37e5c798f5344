import { checkCount, checkNumber } from "../core/check.ts";
import { at, type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type Initializer, orthogonal, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { conv2d as convOp } from "../ops/conv2d.ts";
import { pad } from "../ops/pad.ts";
import { checkLayer } from "./check-layer.ts";
import { symmetricEigen } from "./eigen.ts";

export interface WhiteningOptions {
  /** Height and width of the patches. Default 2. */
  readonly kernel?: number;
  /**
   * Number of filters; even, at most the default. Default 2 * channels * kernel^2: each direction and its negation.
   */
  readonly filters?: number;
  /**
   * True to pad the images with zeros so that they keep their size. An odd row or column goes below or to the right.
   * Default false.
   */
  readonly padded?: boolean;
  /** True to add a parameter `bias`. Default true. */
  readonly bias?: boolean;
  /**
   * Number added to the variance of each direction, so that directions without signal are not amplified to noise; at
   * least 0. Default 5e-4.
   */
  readonly eps?: number;
}

/**
 * Adds a convolution whose filters are computed from training images instead of trained. The filters are the principal
 * directions of the image patches, largest variance first, scaled to variance 1, followed by their negations, so that a
 * rectifier after the layer loses no information. Method: K. Jordan, https://arxiv.org/abs/2404.00498.
 *
 * Buffer: `weight` [filters, channels, kernel, kernel], orthogonal until `adapt` computes it. Parameter: `bias`
 * [filters], initially 0.
 * @param scope receives the buffer and the parameter
 * @param name path of the layer within the scope, such as `"whiten"`
 * @param images [batch, channels, height, width]
 * @returns [batch, filters, out height, out width]
 */
export function whitening(scope: Scope, name: string, images: Tensor, options: WhiteningOptions = {}): Tensor {
  checkLayer("whitening", scope, name, images);
  const { kernel = 2, padded = false, bias = true, eps = 5e-4 } = options;
  checkCount(name, "kernel", kernel);
  const channels = at(images.shape, 1);
  const most = 2 * channels * kernel * kernel;
  const { filters = most } = options;
  const fits = (n: number): boolean => Number.isInteger(n / 2) && n >= 2 && n <= most;
  checkNumber(name, "filters", filters, fits, `an even number from 2 to ${most}`);
  checkNumber(name, "eps", eps, (n) => n >= 0, "a number of at least 0");
  return scope.within(name, () => {
    const shape = [filters, channels, kernel, kernel];
    const weight = scope.buffer("weight", shape, withNegation, (sample, of) =>
      whiteningFilters(sample, of, shape, eps),
    );
    const offset = bias ? scope.parameter("bias", [filters], zeros) : undefined;
    const before = (kernel - 1) >> 1;
    const around = [before, kernel - 1 - before] as const;
    const y = convOp(padded ? pad(images, [[0, 0], [0, 0], around, around]) : images, weight, offset);
    scope.record("whitening", y, bias ? filters : 0, (sizeOf(y.shape) * most) / 2);
    return y;
  });
}

/** Variances up to this fraction of the largest variance are rounding errors of a variance of 0. */
const ROUNDING = 1e-12;

/** Initializer until images are known: any orthogonal directions are right for white noise. */
const withNegation: Initializer = ([filters = 0, ...patch], seed, name) =>
  negated(orthogonal()([filters / 2, ...patch], seed, name));

/**
 * Computes filters that whiten image patches: with an `eps` of 0, the second moments of the outputs of the first half
 * of the filters are the identity matrix.
 * @param images normalized images [count, channels, height, width]
 * @param imagesShape shape of `images`
 * @param filters shape of the result [filters, channels, height, width]
 * @param eps number added to the variance of each direction
 * @returns the filters; the second half is the negation of the first
 * @throws GraphError if there is no image, or an image is smaller than a filter
 */
export function whiteningFilters(images: Float32Array, imagesShape: Shape, filters: Shape, eps: number): Float32Array {
  const [count = 0, channels = 0, height = 0, width = 0] = imagesShape;
  const [wanted = 0, , kernelHeight = 0, kernelWidth = 0] = filters;
  const size = channels * kernelHeight * kernelWidth;
  if (count === 0 || images.length !== sizeOf(imagesShape) || height < kernelHeight || width < kernelWidth) {
    const found = `${images.length} numbers for images ${showShape(imagesShape)}`;
    fail("whitening", `${found}. Expected at least one image, of at least ${kernelHeight} x ${kernelWidth} pixels.`);
  }
  const offsets = Int32Array.from({ length: size }, (_, i) => {
    const [channel, row] = [Math.floor(i / (kernelHeight * kernelWidth)), Math.floor(i / kernelWidth) % kernelHeight];
    return (channel * height + row) * width + (i % kernelWidth);
  });
  const sums = new Float64Array(size * size);
  const patch = new Float64Array(size);
  let patches = 0;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row <= height - kernelHeight; row++) {
      for (let column = 0; column <= width - kernelWidth; column++) {
        const start = image * channels * height * width + row * width + column;
        for (let i = 0; i < size; i++) patch[i] = at(images, start + at(offsets, i));
        for (let i = 0; i < size; i++) {
          for (let j = i; j < size; j++) sums[i * size + j] = at(sums, i * size + j) + at(patch, i) * at(patch, j);
        }
        patches++;
      }
    }
  }
  const { values, vectors } = symmetricEigen(sums.map((sum) => sum / patches));
  const least = ROUNDING * at(values, 0);
  return negated(
    Float32Array.from(
      vectors.slice(0, wanted / 2).flatMap((vector, i) => {
        const variance = at(values, i);
        // A direction without variance keeps a filter of length 1 if eps is 0.
        const scale = 1 / Math.sqrt((variance > least ? variance : 0) + eps || 1);
        return [...vector].map((x) => x * scale);
      }),
    ),
  );
}

function negated(half: Float32Array): Float32Array {
  const all = new Float32Array(2 * half.length);
  all.set(half);
  all.set(
    half.map((x) => -x),
    half.length,
  );
  return all;
}
