// Runs a training step of jax-js on its WebAssembly backend, compiled with its `jit`: jax.mjs WORKLOAD OPTIMIZER.
import { answer, decline } from "../../common/answer.mjs";
import { batchOf, CLASSES, WORKLOADS } from "../workloads.mjs";

const [work, optimizer] = process.argv.slice(2);
const { batch, imageShape } = WORKLOADS[work];

try {
  const jax = await import("@jax-js/jax");
  const { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy: np, random, tree, valueAndGrad } = jax;
  await init("wasm");
  defaultDevice("wasm");

  const shapes = {
    W1: [[784, 256], [256], [256, 128], [128], [128, CLASSES], [CLASSES]],
    W2: [[16, 1, 5, 5], [16], [32, 16, 5, 5], [32], [1568, 128], [128], [128, CLASSES], [CLASSES]],
  }[work];
  if (!shapes) throw new Error("not implemented: W2 already takes seconds");
  const dense = (x, w, b) => np.matmul(x, w).add(b);
  const conv = (x, w, b) => lax.conv(x, w, [1, 1], "SAME").add(b.reshape([1, -1, 1, 1]));
  const pool = (x) => {
    const [images, channels, height, width] = x.shape;
    return np.max(x.reshape([images, channels, height / 2, 2, width / 2, 2]), [3, 5]);
  };
  const forward = {
    W1: (x, [w1, b1, w2, b2, w3, b3]) => {
      const first = nn.relu(dense(x.reshape([batch, 784]), w1, b1));
      return dense(nn.relu(dense(first, w2, b2)), w3, b3);
    },
    W2: (x, [w1, b1, w2, b2, w3, b3, w4, b4]) => {
      const second = pool(nn.relu(conv(pool(nn.relu(conv(x, w1, b1))), w2, b2)));
      return dense(nn.relu(dense(second.reshape([batch, 1568]), w3, b3)), w4, b4);
    },
  }[work];
  const lossOf = (weights, x, target) => np.sum(nn.logSoftmax(forward(x, weights), -1).mul(target)).mul(-1 / batch);
  const lossAndGrads = valueAndGrad(lossOf);

  // Operations consume their operands unless these are passed as `ref`.
  const rules = {
    sgd: (w, g, { v }) => {
      const next = v.mul(0.9).add(g);
      return [w.sub(next.ref.mul(0.01)), { v: next }];
    },
    adam: (w, g, { m, v }, [first, second]) => {
      const [mean, square] = [m.mul(0.9).add(g.ref.mul(0.1)), v.mul(0.999).add(g.ref.mul(g).mul(0.001))];
      const root = np.sqrt(square.ref.mul(second)).add(1e-8);
      return [w.sub(mean.ref.mul(first).div(root)), { m: mean, v: square }];
    },
  };
  const update = jit((weights, states, x, target, first, second) => {
    const [loss, grads] = lossAndGrads(tree.ref(weights), x, target);
    const pairs = weights.map((w, i) => rules[optimizer](w, grads[i], states[i], [first.ref, second.ref]));
    first.dispose();
    second.dispose();
    return [loss, pairs.map(([w]) => w), pairs.map(([, state]) => state)];
  });

  const { images, labels } = batchOf(WORKLOADS[work]);
  const x = np.array(images).reshape([batch, ...imageShape]);
  const target = nn.oneHot(np.array(labels, { dtype: np.int32 }), CLASSES);
  let weights = shapes.map((shape, i) => {
    const fanIn = shape.length === 2 ? shape[0] : shape.slice(1).reduce((a, b) => a * b, 1);
    return random.uniform(random.key(i), shape, { minval: -1 / Math.sqrt(fanIn), maxval: 1 / Math.sqrt(fanIn) });
  });
  const names = optimizer === "adam" ? ["m", "v"] : ["v"];
  let states = shapes.map((shape) => Object.fromEntries(names.map((name) => [name, np.zeros(shape)])));
  let t = 0;
  const step = async () => {
    t++;
    const rates = [0.001 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t)].map((rate) => np.array(rate));
    const [loss, nextWeights, nextStates] = update(weights, states, x.ref, target.ref, ...rates);
    [weights, states] = [nextWeights, nextStates];
    await blockUntilReady([loss, weights, states]);
    await loss.data();
  };
  await step();
  await answer(step);
} catch (error) {
  decline(error);
}
