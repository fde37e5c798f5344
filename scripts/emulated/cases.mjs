// Runs on an emulated processor: computes all cases and prints their values as JSON.
import { compile, input, ops } from "@downhill/graph";
import { convolutions, variantsOfConvolution } from "./convolutions.mjs";
import { optimizerSteps } from "./optimizer-steps.mjs";
import { poolAndBatchNorm, trainingSteps } from "./training-steps.mjs";

const lowerings = process.argv.slice(2);
const results = [];
const problems = [];
for (const lowering of lowerings) {
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
// The block size that users get.
const { block } = await compile({ y: ops.neg(input("x", [1])) });
process.stdout.write(JSON.stringify({ block, results, problems }));

function base64({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
