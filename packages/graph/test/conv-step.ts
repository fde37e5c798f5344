import { type CompileOptions, compile, gradients, input, ops, type Tensor } from "../src/index.ts";

const SHAPES = {
  filters: [8, 3, 3, 3],
  scale: [8],
  shift: [8],
  weight: [10, 8],
  bias: [10],
} as const;

const wave = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => 0.5 * Math.sin(i + seed));

export interface ConvStep {
  readonly device: string;
  readonly deviceReason: string;
  /** Loss and gradients of the first batch. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** Loss and gradients of a second batch, which runs concurrently. */
  readonly second: Readonly<Record<string, readonly number[]>>;
}

/** Computes loss and gradients of a small convolutional network on two synthetic batches of uint8 images and int32 labels. */
export async function convStep(options: CompileOptions = {}): Promise<ConvStep> {
  const parameters = Object.entries(SHAPES).map(([name, shape]) => input(name, shape));
  const [filters, scale, shift, weight, bias] = parameters as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const images = ops.mul(ops.cast(input("images", [4, 3, 12, 12], "uint8"), "float32"), 1 / 255);
  const convolved = ops.conv2d(images, filters, undefined, { padding: 1 });
  const pooled = ops.maxPool2d(ops.relu(ops.batchNorm(convolved, scale, shift).y), { kernel: 2 });
  const logits = ops.dense(ops.globalAveragePool(pooled), weight, bias);
  const loss = ops.crossEntropy(logits, input("labels", [4], "int32"));
  const grads = gradients(loss, parameters);
  const names = Object.keys(SHAPES);
  const program = await compile(
    { loss, ...Object.fromEntries(names.map((name, i) => [`gradient of ${name}`, grads[i] as Tensor])) },
    options,
  );
  const values = Object.entries(SHAPES).map(([name, shape], i) => {
    const size = shape.reduce((product: number, length) => product * length, 1);
    return [name, wave(size, i)];
  });
  const run = (seed: number): Promise<Record<string, Float32Array>> =>
    program.run({
      ...Object.fromEntries(values),
      images: Uint8Array.from({ length: 4 * 3 * 12 * 12 }, (_, i) => (i * i * 7 + i * seed) % 256),
      labels: Int32Array.of(seed, 3, 9, 0),
    });
  const [first, second] = await Promise.all([run(1), run(2)]);
  await program.dispose();
  const plain = (results: Record<string, Float32Array>) =>
    Object.fromEntries(Object.entries(results).map(([name, numbers]) => [name, Array.from(numbers)]));
  const { device: chosen, deviceReason } = program;
  return { device: chosen, deviceReason, values: plain(first), second: plain(second) };
}
