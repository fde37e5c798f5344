import { compile, gradients, input, lower, ops } from "@downhill/graph";
import { fed, listed, lossOf } from "./numbers.mjs";

/** Shapes for each way through the lowerings: [images, channels, height, width], filters, kernel, options. */
const SHAPES = [
  { x: [4, 16, 12, 12], filters: 32, kernel: 3, padding: 1 },
  { x: [2, 8, 9, 9], filters: 12, kernel: 3, padding: 1 },
  { x: [4, 24, 8, 8], filters: 40, kernel: 3, padding: 1 },
  { x: [2, 16, 14, 14], filters: 32, kernel: 5 },
  { x: [2, 3, 16, 16], filters: 16, kernel: 5, padding: 2 },
  { x: [4, 16, 16, 16], filters: 32, kernel: 3, stride: 2, padding: 1 },
  { x: [4, 16, 16, 16], filters: 32, kernel: 1, stride: 2 },
  { x: [8, 32, 3, 3], filters: 16, kernel: 3, padding: 1 },
  { x: [2, 16, 8, 8], filters: 16, kernel: 3, padding: 1, groups: 16 },
];

/** A shape with several variants, among them Winograd's. */
const LARGE = { x: [8, 64, 8, 8], filters: 64, kernel: 3, padding: 1 };

/** Computes the result and both gradients of each shape by the default variants. */
export const convolutions = (options) => computeShapes(SHAPES, options);

/** Computes the result and both gradients of one shape by each of its variants. */
export async function variantsOfConvolution(options) {
  const keys = new Map();
  const { block } = await compile({ y: ops.neg(input("x", [1])) }, options);
  lower(graphOf([LARGE], {}), {
    block,
    choose: ({ id, variants, defaultVariant }) => {
      keys.set(id, variants);
      return defaultVariant;
    },
  });
  const count = Math.max(...[...keys.values()].map((variants) => variants.length));
  const found = [];
  for (let i = 0; i < count; i++) {
    const variants = Object.fromEntries([...keys].map(([id, names]) => [id, names[i % names.length]]));
    const record = { variants, add: () => {}, missing: fail };
    for (const result of await computeShapes([LARGE], { ...options, variants: record })) {
      found.push({ ...result, variant: i + 1 });
    }
  }
  return found;
}

function fail(key, variant) {
  throw new Error(`${key}: there is no variant '${variant}'`);
}

async function computeShapes(shapes, options) {
  const feeds = {};
  const program = await compile(graphOf(shapes, feeds), options);
  const values = await program.run(feeds);
  await program.dispose();
  return listed(values);
}

function graphOf(shapes, feeds) {
  const outputs = {};
  for (const { x: shape, filters, kernel, ...options } of shapes) {
    const { groups = 1, stride = 1 } = options;
    const name = `[${shape}] to ${filters}, kernel ${kernel}, stride ${stride}, groups ${groups}`;
    const x = fed(feeds, `x of ${name}`, shape);
    const weight = fed(feeds, `weight of ${name}`, [filters, shape[1] / groups, kernel, kernel]);
    const y = ops.conv2d(x, weight, undefined, options);
    const [dx, dweight] = gradients(lossOf(y), [x, weight]);
    Object.assign(outputs, {
      [`convolution ${name}`]: y,
      [`input gradient ${name}`]: dx,
      [`weight gradient ${name}`]: dweight,
    });
  }
  return outputs;
}
