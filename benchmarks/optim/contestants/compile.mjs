// Measures an optimizer from `bind` to the end of its first step, on four elements, in a fresh process: compile.mjs BUILD
// OPTIMIZER. Prints { cold, warm } in milliseconds, or { skip }.
import { median } from "../../common/statistics.mjs";

const REPEATS = 20;

const [, , build, name] = process.argv;
try {
  const { optimizers, Parameters } = await import(build);
  /** @param {number[]} shape */
  const time = (shape) => {
    const parameters = new Parameters({ weight: shape });
    parameters.gradient("weight").fill(0.01);
    const optimizer = optimizers[name]();
    const start = performance.now();
    optimizer.bind(parameters).step();
    return performance.now() - start;
  };
  // Some optimizers are for matrices only.
  let shape = [4];
  try {
    optimizers[name]().bind(new Parameters({ weight: shape }), { backend: "interpreter" });
  } catch {
    shape = [2, 2];
  }
  const cold = time(shape);
  console.log(JSON.stringify({ cold, warm: median(Array.from({ length: REPEATS }, () => time(shape))) }));
} catch (error) {
  console.log(JSON.stringify({ skip: error.message }));
}
// Node 20 sometimes waits forever for a background compilation, unless the process exits.
process.exit();
