import fc from "fast-check";
import { describe, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import { input, ops, type Tensor } from "../src/index.ts";
import type { InputGradient } from "../src/ops/conv2d-input-gradient/context.ts";
import { canFlip, flipped } from "../src/ops/conv2d-input-gradient/flipped.ts";
import { transposed } from "../src/ops/conv2d-input-gradient/transposed.ts";
import { im2col } from "../src/ops/conv2d-weight-gradient/im2col.ts";
import { interleaved } from "../src/ops/conv2d-weight-gradient/interleaved.ts";
import { winogradConvolution, winogradInputGradient } from "../src/winograd/convolution.ts";
import { suitsWinograd } from "../src/winograd/cost.ts";
import { winogradWeightGradient } from "../src/winograd/weight-gradient.ts";
import { checkFunction, checkMistake, checkProgram, loweredAs, noise } from "./differences.ts";
import { evaluate } from "./evaluate.ts";
import "./spatial-rules.ts";

type Sizes = readonly [number, number, number, number];

interface Row {
  readonly x: Sizes;
  readonly weight: Sizes;
  readonly options?: ops.Conv2dOptions;
}

const ROWS: readonly Row[] = [
  { x: [2, 3, 5, 6], weight: [4, 3, 3, 3] },
  { x: [2, 3, 5, 6], weight: [4, 3, 3, 3], options: { padding: 1 } },
  { x: [2, 2, 6, 7], weight: [3, 2, 3, 3], options: { stride: 2, padding: 1 } },
  // Rows and columns at the end that no window covers.
  { x: [1, 2, 8, 9], weight: [2, 2, 3, 3], options: { stride: 3 } },
  { x: [2, 2, 7, 6], weight: [3, 2, 2, 2], options: { stride: [3, 4] } },
  { x: [2, 2, 6, 6], weight: [3, 2, 2, 4], options: { stride: 2, padding: [0, 1] } },
  // Kernels of one element.
  { x: [2, 4, 5, 5], weight: [3, 4, 1, 1] },
  { x: [2, 4, 6, 5], weight: [3, 4, 1, 1], options: { stride: 2 } },
  { x: [2, 2, 4, 4], weight: [3, 2, 1, 1], options: { stride: 2, padding: 1 } },
  // More padding than kernel.
  { x: [1, 2, 4, 3], weight: [2, 2, 2, 3], options: { padding: [2, 4] } },
  // Dilation, with and without stride, up to dilations for which im2col is the default variant.
  { x: [2, 2, 7, 8], weight: [3, 2, 3, 3], options: { dilation: 2, padding: 2 } },
  { x: [1, 2, 9, 9], weight: [2, 2, 3, 2], options: { dilation: [2, 3], stride: [1, 2], padding: 1 } },
  { x: [1, 2, 10, 11], weight: [2, 2, 2, 3], options: { dilation: [3, 4], stride: 2 } },
  // Groups.
  { x: [2, 4, 5, 5], weight: [6, 2, 3, 3], options: { groups: 2, padding: 1 } },
  { x: [2, 4, 6, 6], weight: [4, 1, 3, 3], options: { groups: 4, padding: 1, stride: 2 } },
  { x: [1, 3, 7, 7], weight: [6, 1, 2, 2], options: { groups: 3, dilation: 2 } },
  { x: [2, 4, 5, 6], weight: [4, 2, 1, 1], options: { groups: 2, stride: 2 } },
  { x: [1, 4, 9, 9], weight: [2, 2, 3, 3], options: { groups: 2, dilation: 3, stride: 2, padding: 1 } },
  // Images that keep their size; an even kernel has more padding below and to the right.
  { x: [1, 2, 5, 4], weight: [2, 2, 2, 4], options: { padding: "same" } },
  { x: [1, 2, 7, 7], weight: [2, 2, 3, 2], options: { padding: "same", dilation: [2, 1] } },
  // A kernel as large as the image, and images of one row.
  { x: [3, 2, 4, 5], weight: [4, 2, 4, 5] },
  { x: [3, 2, 1, 7], weight: [2, 2, 1, 3], options: { padding: [0, 1] } },
];

/** Convolutions with so many positions that the weight gradient of each image is computed separately. */
const LARGE: readonly Row[] = [
  { x: [3, 3, 16, 16], weight: [4, 3, 3, 3], options: { padding: 1 } },
  { x: [3, 4, 18, 17], weight: [4, 2, 3, 2], options: { groups: 2 } },
  { x: [2, 2, 34, 33], weight: [3, 2, 3, 3], options: { stride: 2, padding: [0, 1] } },
  { x: [2, 3, 33, 34], weight: [2, 3, 1, 1], options: { stride: 2 } },
  { x: [2, 4, 20, 20], weight: [4, 2, 3, 3], options: { groups: 2, dilation: [2, 3] } },
  { x: [2, 3, 17, 18], weight: [3, 1, 3, 3], options: { groups: 3 } },
];

/** Convolutions of whole and partial tiles of 4 x 4 results, with the least and the most padding that tiles support. */
const TILED: readonly Row[] = [
  { x: [2, 3, 8, 12], weight: [5, 3, 3, 3], options: { padding: 1 } },
  { x: [1, 5, 9, 4], weight: [2, 5, 3, 3], options: { padding: [1, 2] } },
  { x: [3, 1, 3, 14], weight: [1, 1, 3, 3] },
  { x: [2, 2, 1, 2], weight: [3, 2, 3, 3], options: { padding: 2 } },
];

const nameOf = ({ x, weight, options = {} }: Row): string => `[${x}] by [${weight}] ${JSON.stringify(options)}`;

test.each(ROWS.map((row) => [nameOf(row), row] as const))(
  "value, gradients and their gradients: %s",
  (_, { x, weight, options }) =>
    checkFunction({ x, weight, bias: [weight[0]] }, (inputs) =>
      ops.conv2d(inputs.x as Tensor, inputs.weight as Tensor, inputs.bias, options),
    ),
);

/** Checks a convolution and both of its gradients in every lowering. */
async function checkLowerings({ x: xShape, weight: weightShape, options }: Row): Promise<void> {
  const [x, weight, bias] = [input("x", xShape), input("weight", weightShape), input("bias", [weightShape[0]])];
  const y = ops.conv2d(x, weight, bias, options);
  const dy = input("dy", y.shape);
  const dx = ops.conv2dInputGradient(dy, weight, { inputShape: xShape, ...options });
  const dweight = ops.conv2dWeightGradient(x, dy, { weightShape, ...options });
  const feeds = Object.fromEntries(
    [x, weight, dy, bias].map(({ attributes, shape }, i) => [attributes.name, noise(sizeOf(shape), i)]),
  );
  const [expectedDx, expectedDweight, expectedY] = evaluate([dx, dweight, y], feeds) as ArrayLike<number>[];
  const { convolution } = dx.attributes as unknown as InputGradient;
  const ofInput: Tensor[] = [dx, loweredAs(dx, "transposed", transposed)];
  if (canFlip(convolution)) ofInput.push(loweredAs(dx, "flipped", flipped));
  const ofWeight = [dweight, loweredAs(dweight, "im2col", im2col), loweredAs(dweight, "interleaved", interleaved)];
  const ofOutput = [y];
  if (suitsWinograd(convolution)) {
    ofOutput.push(loweredAs(y, "winograd", winogradConvolution));
    if (canFlip(convolution)) ofInput.push(loweredAs(dx, "winograd", winogradInputGradient));
    ofWeight.push(loweredAs(dweight, "winograd", winogradWeightGradient));
  }
  const expected = [
    ...ofOutput.map(() => expectedY),
    ...ofInput.map(() => expectedDx),
    ...ofWeight.map(() => expectedDweight),
  ] as ArrayLike<number>[];
  await checkProgram([...ofOutput, ...ofInput, ...ofWeight], feeds, expected);
}

describe("all lowerings compute the same values and gradients", () => {
  test.each([...ROWS, ...LARGE, ...TILED].map((row) => [nameOf(row), row] as const))("%s", (_, row) =>
    checkLowerings(row),
  );

  const upTo = (most: number, least = 1) => fc.integer({ min: least, max: most });
  const pair = (most: number, least = 1) => fc.tuple(upTo(most, least), upTo(most, least));
  const rows = fc
    .record({
      images: upTo(3),
      groups: upTo(3),
      channels: upTo(3),
      filters: upTo(3),
      kernel: pair(4),
      stride: pair(4),
      padding: pair(3, 0),
      dilation: pair(3),
      extra: pair(12, 0),
    })
    .map(({ images, groups, channels, filters, kernel, extra, ...window }): Row => {
      const sizes = kernel.map((size, axis) => {
        const span = (size - 1) * (window.dilation[axis] as number) + 1;
        return Math.max(span - 2 * (window.padding[axis] as number), 1) + (extra[axis] as number);
      }) as [number, number];
      return {
        x: [images, groups * channels, ...sizes],
        weight: [groups * filters, channels, ...kernel],
        options: { ...window, groups },
      };
    });
  test("of any convolution", () => fc.assert(fc.asyncProperty(rows, checkLowerings), { numRuns: 60 }));
});

test("pixels that no window reaches get no gradient", () => {
  const [dy, weight] = [input("dy", [1, 1, 2, 2]), input("weight", [1, 1, 2, 2])];
  const dx = ops.conv2dInputGradient(dy, weight, { inputShape: [1, 1, 6, 5], stride: 3 });
  const rows = [
    [1, 1, 0, 2, 2],
    [1, 1, 0, 2, 2],
    [0, 0, 0, 0, 0],
    [3, 3, 0, 4, 4],
    [3, 3, 0, 4, 4],
    [0, 0, 0, 0, 0],
  ];
  return checkProgram([dx], { dy: Float64Array.of(1, 2, 3, 4), weight: Float64Array.of(1, 1, 1, 1) }, [rows.flat()]);
});

describe("mistakes name the op, the shapes and the line", () => {
  const x = input("x", [2, 4, 8, 8]);
  const weight = input("weight", [6, 4, 3, 3]);
  const conv =
    (options: ops.Conv2dOptions, of = x, by = weight, bias?: Tensor) =>
    () =>
      ops.conv2d(of, by, bias, options);
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "channels",
      conv({}, input("x", [2, 3, 8, 8])),
      "conv2d: images [2, 3, 8, 8] and a weight [6, 4, 3, 3]: the weight requires 4 channels, but the images have 3",
    ],
    [
      "channels of groups",
      conv({ groups: 2 }),
      "conv2d: images [2, 4, 8, 8] and a weight [6, 4, 3, 3]: the weight requires 8 channels in 2 groups, but the images have 4",
    ],
    ["groups", conv({ groups: 3 }), "4 channels cannot be split into 3 groups"],
    ["filters of groups", conv({ groups: 4 }), "6 filters cannot be split into 4 groups"],
    ["a fraction of a group", conv({ groups: 0.5 }), "conv2d: groups = 0.5. Expected a whole number of at least 1"],
    ["an image", conv({}, input("x", [4, 8, 8])), "images [4, 8, 8] and a weight [6, 4, 3, 3]. Expected images [batch"],
    ["a weight", conv({}, x, input("weight", [6, 4])), "conv2d: a weight [6, 4]. Expected [filters, channels / groups"],
    ["a bias", conv({}, x, weight, input("bias", [4])), "conv2d: bias [4]. Expected [6]"],
    [
      "a type",
      conv({}, input("x", [2, 4, 8, 8], "uint8")),
      "conv2d: an input is uint8 [2, 4, 8, 8]. Expected float32. Cast it.",
    ],
    [
      "too small an image",
      conv({ dilation: 5, padding: 1 }),
      "the window spans 11 rows, but the image has only 8 (10 with padding)",
    ],
    ["a narrow image", conv({}, input("x", [2, 4, 8, 2])), "the window spans 3 columns, but the image has only 2 (at"],
    ["a stride of 0", conv({ stride: 0 }), "conv2d: stride = 0. Expected a whole number of at least 1, or a pair"],
    [
      "a padding below 0",
      conv({ padding: [0, -1] }),
      "conv2d: padding = [0,-1]. Expected a whole number of at least 0",
    ],
    ["three strides", conv({ stride: [1, 2, 3] as never }), "conv2d: stride = [1,2,3]. Expected a whole number"],
    [
      "same with a stride",
      conv({ padding: "same", stride: 2 }),
      'padding "same" with a stride of 2,2. Expected a stride of 1.',
    ],
    [
      "an output's gradient",
      () => ops.conv2dInputGradient(input("dy", [2, 6, 8, 8]), weight, { inputShape: [2, 4, 8, 8] }),
      "conv2dInputGradient: dy [2, 6, 8, 8]. Expected [2, 6, 6, 6]",
    ],
    [
      "an output's gradient",
      () => ops.conv2dWeightGradient(x, input("dy", [2, 6, 8, 8]), { weightShape: [6, 4, 3, 3] }),
      "conv2dWeightGradient: dy [2, 6, 8, 8]. Expected [2, 6, 6, 6]",
    ],
  ];
  test.each(rows)("%s", (_, act, message) => checkMistake(act, message));
});
