import { adafactor, adam, lion, muon, Parameters, prodigy, sgd } from "@downhill/optim";
import { noise } from "./numbers.mjs";

/** Sizes with and without a remainder after vectors of 4. */
const SHAPES = { even: [6, 4], odd: [7, 3] };
const STEPS = 3;

/** One optimizer for each kind of kernel: elementwise, with conditions, with sums over rows and over all tensors, with matrix products. */
const OPTIMIZERS = {
  sgd: sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
  adam: adam(),
  lion: lion(),
  adafactor: adafactor(),
  prodigy: prodigy(),
  muon: muon(),
};

/** Takes three steps of several optimizers with their kernels; also compares the weights with the interpreter's, bit for bit. */
export const optimizerSteps = () =>
  Object.entries(OPTIMIZERS).map(([name, optimizer]) => {
    const [values, oracle] = ["wasm", "interpreter"].map((backend) => weightsAfter(optimizer, backend));
    const equalsInterpreter = values.every((value, i) => Object.is(value, oracle[i]));
    return { name: `optimizer ${name}`, values, equalsInterpreter };
  });

function weightsAfter(optimizer, backend) {
  const parameters = new Parameters(Object.entries(SHAPES));
  for (const [i, name] of parameters.names.entries()) {
    parameters.setValue(name, noise(parameters.value(name).length, i));
  }
  const updater = optimizer.bind(parameters, { backend, asWritten: false });
  for (let step = 0; step < STEPS; step++) {
    for (const [i, name] of parameters.names.entries()) {
      parameters.setGradient(name, noise(parameters.value(name).length, 10 * step + i));
    }
    updater.step();
  }
  return Float32Array.from(parameters.names.flatMap((name) => [...parameters.value(name)]));
}
