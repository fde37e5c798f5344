import { checkCount, checkNumber } from "../core/check.ts";
import { type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type Initializer, orthogonal, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { conv2d as convOp } from "../ops/conv2d.ts";
import { pad } from "../ops/pad.ts";
import { symmetricEigen } from "./eigen.ts";

export interface WhiteningOptions {
  /** The side of the patches; default 2. */
  readonly kernel?: number;
  /** How many filters, an even number; default twice the numbers of a patch: all directions, and each negated. */
  readonly filters?: number;
  /** Zeros around images, so that they keep their size; where they are odd in number, more below and to the right. Default false. */
  readonly padded?: boolean;
  /** Default true. */
  readonly bias?: boolean;
  /** Added to variances, so that directions in which patches hardly differ are not blown up to noise; default 5e-4. */
  readonly eps?: number;
}

/**
 * A convolution whose filters are not trained but measured: the directions in which patches of the training images
 * differ, the largest first, scaled to a variance of 1; then the same negated, so that an activation loses nothing. After
 * K. Jordan, https://arxiv.org/abs/2404.00498. Buffer `weight`, which `adapt` sets, and is orthogonal until then;
 * parameter `bias` [filters] from 0.
 */
export function whitening(scope: Scope, name: string, images: Tensor, options: WhiteningOptions = {}): Tensor {
  const { kernel = 2, padded = false, bias = true, eps = 5e-4 } = options;
  checkCount(name, "kernel", kernel);
  const channels = images.shape[1] as number;
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

/** Variances up to this share of the largest are rounding errors of a variance of 0. */
const ROUNDING = 1e-12;

/** Until there are images: of white noise, any orthogonal directions are right. */
const withNegation: Initializer = ([filters = 0, ...patch], seed, name) =>
  negated(orthogonal()([filters / 2, ...patch], seed, name));

/**
 * Filters that make patches of images white: without eps, what half of them gives has the identity as its second moments.
 * @param images normalised, [count, channels, height, width]
 * @param filters the shape of the result, [filters, channels, height, width]
 * @param eps added to the variances
 */
export function whiteningFilters(images: Float32Array, imagesShape: Shape, filters: Shape, eps: number): Float32Array {
  const [count = 0, channels = 0, height = 0, width = 0] = imagesShape;
  const [wanted = 0, , kernelHeight = 0, kernelWidth = 0] = filters;
  const size = channels * kernelHeight * kernelWidth;
  if (count === 0 || images.length !== sizeOf(imagesShape) || height < kernelHeight || width < kernelWidth) {
    const found = `${images.length} numbers for images ${showShape(imagesShape)}`;
    fail("whitening", `${found}: expected one image or more, of at least ${kernelHeight} x ${kernelWidth}`);
  }
  const offsets = Int32Array.from({ length: size }, (_, i) => {
    const [channel, row] = [Math.floor(i / (kernelHeight * kernelWidth)), Math.floor(i / kernelWidth) % kernelHeight];
    return (channel * height + row) * width + (i % kernelWidth);
  });
  const moments = new Float64Array(size * size);
  const patch = new Float64Array(size);
  let patches = 0;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row <= height - kernelHeight; row++) {
      for (let column = 0; column <= width - kernelWidth; column++) {
        const start = image * channels * height * width + row * width + column;
        for (let i = 0; i < size; i++) patch[i] = images[start + (offsets[i] as number)] as number;
        for (let i = 0; i < size; i++) {
          for (let j = i; j < size; j++) {
            moments[i * size + j] = (moments[i * size + j] as number) + (patch[i] as number) * (patch[j] as number);
          }
        }
        patches++;
      }
    }
  }
  const { values, vectors } = symmetricEigen(moments.map((sum) => sum / patches));
  const least = ROUNDING * (values[0] as number);
  return negated(
    Float32Array.from(
      vectors.slice(0, wanted / 2).flatMap((vector, i) => {
        const variance = values[i] as number;
        // In a direction without variance, an eps of 0 leaves the filter at length 1.
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
