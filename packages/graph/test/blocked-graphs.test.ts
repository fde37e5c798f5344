import { describe, expect, test } from "vitest";
import { lower } from "../src/compile/lower.ts";
import { sizeOf } from "../src/core/shape.ts";
import { compile, constant, gradients, input, ops, type Shape, type Tensor } from "../src/index.ts";
import { block } from "./block.ts";
import { noise } from "./differences.ts";

type Inputs = Readonly<Record<string, Tensor>>;

interface Row {
  readonly what: string;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly of: (inputs: Inputs) => Tensor;
}

const [x, w, v, scale, shift] = ["x", "w", "v", "scale", "shift"].map(
  (name) => (inputs: Inputs) => inputs[name] as Tensor,
) as [
  (inputs: Inputs) => Tensor,
  (inputs: Inputs) => Tensor,
  (inputs: Inputs) => Tensor,
  (inputs: Inputs) => Tensor,
  (inputs: Inputs) => Tensor,
];

const norm = (of: Tensor, inputs: Inputs): Tensor => ops.batchNorm(of, scale(inputs), shift(inputs)).y;

const ROWS: readonly Row[] = [
  {
    what: "batch norm after a convolution, fused with the convolution",
    shapes: { x: [4, 16, 8, 8], w: [32, 16, 3, 3], scale: [32], shift: [32] },
    of: (inputs) => ops.relu(norm(ops.conv2d(x(inputs), w(inputs), undefined, { padding: 1 }), inputs)),
  },
  {
    what: "the same with a bias, and a partly filled last block",
    shapes: { x: [4, 20, 8, 8], w: [36, 20, 3, 3], v: [36], scale: [36], shift: [36] },
    of: (inputs) => norm(ops.conv2d(x(inputs), w(inputs), v(inputs), { padding: 1 }), inputs),
  },
  {
    what: "batch norm after a convolution with another user",
    shapes: { x: [4, 16, 6, 6], w: [16, 16, 3, 3], scale: [16], shift: [16] },
    of: (inputs) => {
      const y = ops.conv2d(x(inputs), w(inputs), undefined, { padding: 1 });
      return ops.add(norm(y, inputs), y);
    },
  },
  {
    what: "a residual block with a stride of 2, whose two input gradients are joined",
    shapes: { x: [4, 16, 8, 8], w: [32, 16, 3, 3], v: [32, 16, 1, 1], scale: [32], shift: [32] },
    of: (inputs) => {
      // A convolution of the input, so that its gradient is in blocks.
      const y = ops.relu(ops.conv2d(x(inputs), constant(direction(16 * 16), [16, 16, 1, 1])));
      const main = norm(ops.conv2d(y, w(inputs), undefined, { stride: 2, padding: 1 }), inputs);
      return ops.relu(ops.add(main, ops.conv2d(y, v(inputs), undefined, { stride: 2 })));
    },
  },
  {
    what: "a pooled convolution with odd sizes, GELU and few input channels",
    shapes: { x: [4, 3, 10, 10], w: [24, 3, 2, 2], v: [32, 24, 3, 3], scale: [32], shift: [32] },
    of: (inputs) => {
      const first = ops.gelu(ops.conv2d(x(inputs), w(inputs)));
      const pooled = ops.maxPool2d(ops.conv2d(first, v(inputs), undefined, { padding: 1 }), { kernel: 2 });
      return ops.gelu(norm(pooled, inputs));
    },
  },
  {
    what: "8 and 12 channels between blocks",
    shapes: { x: [4, 8, 8, 8], w: [12, 8, 3, 3], v: [24, 12, 3, 3], scale: [12], shift: [12] },
    of: (inputs) => {
      const first = ops.relu(norm(ops.conv2d(x(inputs), w(inputs), undefined, { padding: 1 }), inputs));
      return ops.maxPool2d(ops.relu(ops.conv2d(first, v(inputs), undefined, { padding: 1 })), { kernel: 2 });
    },
  },
  {
    what: "a pool that skips rows and columns at the end",
    shapes: { x: [2, 16, 7, 8], w: [16, 16, 1, 1] },
    of: (inputs) => ops.maxPool2d(ops.relu(ops.conv2d(x(inputs), w(inputs))), { kernel: [2, 3] }),
  },
  {
    what: "a pool over the whole image",
    shapes: { x: [2, 16, 3, 3], w: [20, 16, 3, 3] },
    of: (inputs) => ops.maxPool2d(ops.conv2d(x(inputs), w(inputs), undefined, { padding: 1 }), { kernel: 3 }),
  },
  {
    what: "a chain of products and sums with numbers",
    shapes: { x: [2, 16, 4, 4], w: [16, 16, 3, 3], v: [16], scale: [16], shift: [16] },
    of: (inputs) => {
      const y = ops.mul(ops.add(ops.conv2d(x(inputs), w(inputs), v(inputs), { padding: 1 }), 0.5), 3);
      const affine = ops.channelAffine(ops.mul(ops.tanh(y), -2), scale(inputs), shift(inputs));
      const again = ops.add(ops.mul(ops.channelAffine(affine, scale(inputs)), 0.25), 1);
      return ops.add(ops.mul(again, 2), ops.sigmoid(y));
    },
  },
  {
    what: "channel scales that are moved into the filters of gradients",
    shapes: { x: [16, 16, 8, 8], w: [16, 16, 3, 3], scale: [16], shift: [16] },
    of: (inputs) => {
      const y = ops.relu(ops.conv2d(x(inputs), constant(direction(16 * 16), [16, 16, 1, 1])));
      return norm(ops.conv2d(y, w(inputs), undefined, { padding: 1 }), inputs);
    },
  },
  {
    what: "ops that are not finite at 0, with a padded last block",
    shapes: { x: [2, 20, 4, 4], w: [20, 20, 1, 1], v: [20, 20, 3, 3] },
    of: (inputs) => {
      const positive = ops.add(ops.square(ops.conv2d(x(inputs), w(inputs))), 1);
      return ops.conv2d(ops.log(ops.div(1, positive)), v(inputs), undefined, { padding: 1 });
    },
  },
  {
    what: "global average pooling with a padded last block",
    shapes: { x: [2, 16, 4, 4], w: [20, 16, 3, 3] },
    of: (inputs) => ops.square(ops.globalAveragePool(ops.conv2d(x(inputs), w(inputs)))),
  },
];

const direction = (size: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.cos(3.7 * i + 0.4));

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe.runIf(block !== null)("graphs in blocks give the same results as in standard ops", () => {
  test.each(ROWS.map((row) => [row.what, row] as const))("%s", async (_, { shapes, of }) => {
    const named = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
    const y = of(named);
    const loss = ops.mean(ops.mul(ops.square(y), constant(direction(sizeOf(y.shape)), y.shape)));
    const grads = gradients(loss, Object.values(named));
    const outputs = {
      y,
      ...Object.fromEntries(Object.keys(shapes).map((name, i) => [`d${name}`, grads[i] as Tensor])),
    };
    expect(lower(outputs, { block }).blocked).toBe(true);
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => [name, Float32Array.from(noise(sizeOf(shape), i))]),
    );
    const [plain, blocked] = [await run(outputs, "portable", feeds), await run(outputs, "blocked", feeds)];
    const { y: plainY, ...plainGrads } = plain as Record<string, Float32Array>;
    const largestGradient = Math.max(...Object.values(plainGrads).map(largest));
    for (const [name, values] of Object.entries(plain)) {
      const error = largest(values.map((value, i) => value - (blocked[name]?.[i] as number)));
      // The gradient of a bias before batch norm consists of rounding errors only, so all gradients share one scale.
      expect(error / (values === plainY ? largest(values) : largestGradient), name).toBeLessThan(1e-4);
    }
  });

  async function run(
    outputs: Record<string, Tensor>,
    lowering: "portable" | "blocked",
    feeds: Record<string, Float32Array>,
  ) {
    const program = await compile(outputs, { lowering, tune: false });
    const results: Record<string, Float32Array> = await program.run(feeds);
    await program.dispose();
    return results;
  }
});
