// Measures a step of TensorFlow.js's Adam on its WebAssembly backend: tfjs.mjs MODEL.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { answer, decline } from "../../common/answer.mjs";
import { elements, fillGradient, model } from "../models.mjs";

try {
  const require = createRequire(import.meta.url);
  // Its ES modules do not load in Node; its CommonJS builds do.
  const tf = require("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  // Node's fetch rejects files; without a fetch, the backend reads the file itself.
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly backend did not start");
  await tf.ready();

  const gradients = [];
  for (const [name, shape] of Object.entries(model(process.argv[2]))) {
    const values = new Float32Array(elements(shape));
    fillGradient(values);
    gradients.push({ name, tensor: tf.tensor(values, shape) });
    tf.variable(tf.fill(shape, 0.1), true, name);
  }
  const optimizer = tf.train.adam(0.001);
  const step = () => optimizer.applyGradients(gradients);
  step();
  await answer(step, { version: tf.version.tfjs });
} catch (error) {
  decline(error);
}
