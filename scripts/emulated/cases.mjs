// Runs on an emulated processor: computes all cases and prints their values as JSON.
import { convolutions, variantsOfConvolution } from "./convolutions.mjs";
import { optimizerSteps } from "./optimizer-steps.mjs";
import { poolAndBatchNorm, trainingSteps } from "./training-steps.mjs";

const results = [];
const problems = [];
// The lowerings to compute, from the command line.
for (const lowering of process.argv.slice(2)) {
  for (const compute of [convolutions, variantsOfConvolution, poolAndBatchNorm, trainingSteps]) {
    try {
      for (const { name, variant, values } of await compute({ lowering, tune: false })) {
        results.push({ name, form: variant ? `${lowering}, variant ${variant}` : lowering, values: base64(values) });
      }
    } catch (error) {
      problems.push(`${compute.name}, ${lowering}: ${error.message}`);
    }
  }
}
for (const { name, values, equalsInterpreter } of optimizerSteps()) {
  results.push({ name, form: "kernels", values: base64(values) });
  if (!equalsInterpreter) problems.push(`${name}: the kernels differ from the interpreter`);
}
process.stdout.write(JSON.stringify({ results, problems }));

function base64({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
