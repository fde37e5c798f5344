// Measures a step of Adam in jax-js on its WebAssembly backend, written with its operations: jax.mjs MODEL.
// Not compiled with its `jit`: for the tensors of a ResNet that was slower.
import { answer, decline } from "../../common/answer.mjs";
import { elements, fillGradient, model } from "../models.mjs";

try {
  const { blockUntilReady, defaultDevice, init, numpy: np } = await import("@jax-js/jax");
  await init("wasm");
  defaultDevice("wasm");

  const tensors = Object.values(model(process.argv[2])).map((shape) => {
    const values = new Float32Array(elements(shape));
    fillGradient(values);
    return { g: np.array(values).reshape(shape), m: np.zeros(shape), v: np.zeros(shape), w: np.full(shape, 0.1) };
  });
  let t = 0;
  // An operation consumes its operands, unless they are passed as `ref`.
  const step = async () => {
    t++;
    for (const tensor of tensors) {
      const { g } = tensor;
      tensor.m = tensor.m.mul(0.9).add(g.ref.mul(0.1));
      tensor.v = tensor.v.mul(0.999).add(g.ref.mul(g.ref).mul(0.001));
      const root = np.sqrt(tensor.v.ref.mul(1 / (1 - 0.999 ** t))).add(1e-8);
      tensor.w = tensor.w.sub(tensor.m.ref.mul(0.001 / (1 - 0.9 ** t)).div(root));
    }
    await blockUntilReady(tensors.map(({ m, v, w }) => [m, v, w]));
  };
  await step();
  await answer(step);
} catch (error) {
  decline(error);
}
