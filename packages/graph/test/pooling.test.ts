import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import type { Tensor } from "../src/core/tensor.ts";
import { input, ops } from "../src/index.ts";
import { lowerWith, maxPool2dGradient } from "../src/ops/max-pool2d-gradient.ts";
import { maxPool2dSelect } from "../src/ops/max-pool2d-select.ts";
import { poolWindow } from "../src/pooling/pool.ts";
import { addWindows, joinTiles } from "../src/pooling/scatter-to-images.ts";
import { checkFunction, checkMistake, checkProgram, direction, loweredAs, noise } from "./differences.ts";
import { evaluate } from "./evaluate.ts";
import "./spatial-rules.ts";

type Row = readonly [x: readonly [number, number, number, number], options: ops.PoolOptions];

const ROWS: readonly Row[] = [
  [[2, 3, 4, 6], { kernel: 2 }],
  [[1, 2, 6, 6], { kernel: [3, 2] }],
  // Rows and columns that no window covers.
  [[2, 2, 5, 7], { kernel: 2 }],
  [[1, 2, 7, 8], { kernel: 2, stride: 3 }],
  // Windows that overlap, with padding and without.
  [[1, 2, 5, 6], { kernel: 3, stride: 1, padding: 1 }],
  [[2, 2, 7, 8], { kernel: 3, stride: 2, padding: 1 }],
  [[1, 2, 8, 7], { kernel: [2, 3], stride: [1, 2], padding: [1, 0] }],
  [[1, 1, 9, 9], { kernel: 5, stride: 3, padding: 2 }],
  // One window, and windows of one pixel.
  [[3, 2, 4, 5], { kernel: [4, 5] }],
  [[1, 2, 3, 4], { kernel: 1, stride: 2 }],
];

const nameOf = ([x, options]: Row): string => `[${x}] ${JSON.stringify(options)}`;
const named = ROWS.map((row) => [nameOf(row), ...row] as const);

describe("values, gradients and their gradients", () => {
  test.each(named)("max %s", (_, x, options) =>
    checkFunction({ x }, (inputs) => ops.maxPool2d(inputs.x as Tensor, options)),
  );
  test.each(named)("avg %s", (_, x, options) =>
    checkFunction({ x }, (inputs) => ops.avgPool2d(inputs.x as Tensor, options)),
  );
  test.each(named)("avg without padding %s", (_, x, options) =>
    checkFunction({ x }, (inputs) => ops.avgPool2d(inputs.x as Tensor, { ...options, countIncludePad: false })),
  );
  test.each(named)("elements selected at the largest elements of another tensor %s", (_, shape, options) =>
    checkFunction({ values: shape }, ({ values }) => {
      const x = direction(shape);
      return maxPool2dSelect(x, ops.maxPool2d(x, options), values as Tensor, poolWindow("maxPool2d", options));
    }),
  );
  test("global average", () =>
    checkFunction({ x: [2, 3, 4, 5] }, (inputs) => ops.globalAveragePool(inputs.x as Tensor)));
});

describe("a convolution computes only results that the pool after it covers", () => {
  const rows: readonly (readonly [
    x: Row[0],
    conv: ops.Conv2dOptions,
    pool: ops.PoolOptions,
    computed: readonly number[],
  ])[] = [
    [[2, 2, 5, 7], { padding: 1 }, { kernel: 2 }, [2, 3, 4, 6]],
    [[1, 2, 6, 5], { padding: 1 }, { kernel: 2 }, [1, 3, 6, 4]],
    [[1, 2, 10, 9], { padding: 2, stride: 2 }, { kernel: 3 }, [1, 3, 6, 6]],
    // Without padding to reduce, and with windows that cover all results.
    [[1, 2, 7, 7], {}, { kernel: 2 }, [1, 3, 5, 5]],
    [[1, 2, 6, 6], { padding: 1 }, { kernel: 2 }, [1, 3, 6, 6]],
  ];
  test.each(rows)("%s, %o, then %o", async (x, conv, pool, computed) => {
    const of = (inputs: Readonly<Record<string, Tensor>>): Tensor =>
      ops.maxPool2d(ops.conv2d(inputs.x as Tensor, inputs.weight as Tensor, inputs.bias, conv), pool);
    const shapes = { x, weight: [3, 2, 3, 3], bias: [3] };
    const named = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
    expect(of(named).inputs[0]?.shape).toEqual(computed);
    await checkFunction(shapes, of);
  });
});

describe("the gradient of a max pool goes to the first of several largest elements, in each lowering", () => {
  test.each(named)("%s", async (_, shape, options) => {
    const x = input("x", shape);
    const y = ops.maxPool2d(x, options);
    const dy = input("dy", y.shape);
    const window = poolWindow("maxPool2d", options);
    const dx = maxPool2dGradient(x, y, dy, window);
    const tiles = JSON.stringify(window.kernel) === JSON.stringify(window.stride) && !options.padding;
    const lowerings = [dx, loweredAs(dx, "windows", lowerWith(addWindows))];
    if (tiles) lowerings.push(loweredAs(dx, "tiles", lowerWith(joinTiles)));
    // Images of three different numbers, so that most windows have a tie, and images of one number.
    for (const values of [3, 1]) {
      const feeds = {
        x: noise(sizeOf(shape)).map((value) => Math.floor((value * values) / 2)),
        dy: noise(sizeOf(y.shape), 1),
      };
      const [expected] = evaluate([dx], feeds) as [ArrayLike<number>];
      await checkProgram(
        lowerings,
        feeds,
        lowerings.map(() => expected),
      );
    }
  });

  test("of four equal elements, the first", () => {
    const x = input("x", [1, 1, 2, 4]);
    const y = ops.maxPool2d(x, { kernel: 2 });
    const dx = maxPool2dGradient(x, y, input("dy", [1, 1, 1, 2]), poolWindow("maxPool2d", { kernel: 2 }));
    const feeds = { x: Float64Array.of(7, 7, 1, 2, 7, 7, 3, 3), dy: Float64Array.of(5, 6) };
    return checkProgram([dx], feeds, [[5, 0, 0, 0, 0, 0, 6, 0]]);
  });
});

test("padding is never the largest element", () => {
  const y = ops.maxPool2d(input("x", [1, 1, 1, 2]), { kernel: 3, stride: 1, padding: 1 });
  return checkProgram([y], { x: Float64Array.of(-3, -2) }, [[-2, -2]]);
});

test("the stride is the kernel by default", () => {
  expect(ops.maxPool2d(input("x", [1, 1, 9, 8]), { kernel: [3, 2] }).shape).toEqual([1, 1, 3, 4]);
});

describe("mistakes name the op, the shapes and the line", () => {
  const x = input("x", [2, 4, 8, 8]);
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "too small an image",
      () => ops.maxPool2d(x, { kernel: [2, 9] }),
      "maxPool2d of [2, 4, 8, 8]: the window spans 9 columns, but the image has only 8 (at",
    ],
    [
      "padding",
      () => ops.maxPool2d(x, { kernel: 2, padding: 2 }),
      "maxPool2d: padding 2,2 with a kernel of 2,2. Expected at most half",
    ],
    ["padding", () => ops.avgPool2d(x, { kernel: 3, padding: 2 }), "avgPool2d: padding 2,2 with a kernel of 3,3"],
    [
      "a kernel of 0",
      () => ops.avgPool2d(x, { kernel: 0 }),
      "avgPool2d: kernel = 0. Expected a whole number of at least 1",
    ],
    ["no kernel", () => ops.maxPool2d(x, {} as never), "maxPool2d: kernel = undefined. Expected a whole number"],
    ["an image", () => ops.maxPool2d(input("x", [4, 8]), { kernel: 2 }), "maxPool2d: images [4, 8]. Expected [batch"],
    ["an image", () => ops.globalAveragePool(input("x", [4, 8])), "globalAveragePool: x [4, 8]. Expected [batch"],
    [
      "a type",
      () => ops.maxPool2d(input("x", [2, 4, 8, 8], "uint8"), { kernel: 2 }),
      "maxPool2d: an input is uint8 [2, 4, 8, 8]",
    ],
  ];
  test.each(rows)("%s", (_, act, message) => checkMistake(act, message));
});
