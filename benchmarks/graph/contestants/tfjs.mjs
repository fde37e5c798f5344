// Runs a training step of TensorFlow.js on its WebAssembly backend: tfjs.mjs WORKLOAD OPTIMIZER.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { answer, decline } from "../../common/answer.mjs";
import { batchOf, CLASSES, WORKLOADS } from "../workloads.mjs";

const [work, optimizer] = process.argv.slice(2);
const {
  batch,
  imageShape: [channels, height, width],
} = WORKLOADS[work];

try {
  const require = createRequire(import.meta.url);
  // Only its CommonJS builds load in Node.
  const tf = require("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly backend did not start");
  await tf.ready();

  const variables = [];
  let used = 0;
  // Creates the variables in the first pass and reuses them in later ones.
  const variable = (shape, make) => {
    variables[used] ??= tf.variable(make(shape));
    return variables[used++];
  };
  const weight = (shape) =>
    variable(shape, (of) => {
      const fanIn = of.slice(0, -1).reduce((a, b) => a * b);
      return tf.randomUniform(of, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn), "float32", 1);
    });
  const zeros = (size) => variable([size], (of) => tf.zeros(of));
  const dense = (x, out) => tf.matMul(x, weight([x.shape[1], out])).add(zeros(out));
  const conv = (x, out, kernel, stride = 1) => tf.conv2d(x, weight([kernel, kernel, x.shape[3], out]), stride, "same");
  const pool = (x) => tf.maxPool(x, 2, 2, "valid");
  const normed = (x, out, kernel, stride) => {
    const y = conv(x, out, kernel, stride);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const scale = variable([out], (of) => tf.ones(of));
    return tf.batchNorm(y, mean, variance, zeros(out), scale, 1e-5);
  };
  const block = (x, out, stride) => {
    const first = normed(x, out, 3, stride).relu();
    const skip = stride === 1 ? x : normed(x, out, 1, stride);
    return normed(first, out, 3, 1).add(skip).relu();
  };
  const flat = (x) => x.reshape([batch, -1]);
  const forward = {
    W1: (x) => dense(dense(dense(flat(x), 256).relu(), 128).relu(), CLASSES),
    W2: (x) => {
      const first = pool(conv(x, 16, 5).add(zeros(16)).relu());
      const second = pool(conv(first, 32, 5).add(zeros(32)).relu());
      return dense(dense(flat(second), 128).relu(), CLASSES);
    },
    W3: (x) => {
      let y = normed(x, 32, 3, 1).relu();
      for (const [out, stride] of [
        [32, 1],
        [32, 1],
        [64, 2],
        [64, 1],
        [128, 2],
        [128, 1],
      ])
        y = block(y, out, stride);
      return dense(y.mean([1, 2]), CLASSES);
    },
  }[work];
  if (!forward) throw new Error("not implemented");

  const { images, labels } = batchOf(WORKLOADS[work]);
  const x = tf.tensor(images, [batch, channels, height, width]).transpose([0, 2, 3, 1]);
  const target = tf.oneHot(tf.tensor1d(labels, "int32"), CLASSES);
  const rule = optimizer === "adam" ? tf.train.adam(0.001) : tf.train.momentum(0.01, 0.9);
  const step = async () => {
    const loss = tf.tidy(() => {
      used = 0;
      return rule.minimize(() => tf.losses.softmaxCrossEntropy(target, forward(x)), true);
    });
    await loss.data();
    loss.dispose();
  };
  tf.tidy(() => forward(x));
  await step();
  await answer(step, { version: tf.version.tfjs });
} catch (error) {
  decline(error);
}
