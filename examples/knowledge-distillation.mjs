// Trains a small student network on the labels and on the outputs of a larger teacher.
// Original: PyTorch, "Knowledge Distillation Tutorial",
// https://pytorch.org/tutorials/beginner/knowledge_distillation_tutorial.html
// Run it by: node examples/knowledge-distillation.mjs [--short]
import { compileEvaluation, compileJointStep, createNetwork, lenet, mlp, ops } from "@downhill/graph";
import { createLoader, openDataSet } from "@downhill/images";
import { adam } from "@downhill/optim";
import { evaluate, train } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const { imageShape, classNames, normalization } = data;
const epochs = short ? 4 : 10;

const teacher = createNetwork(lenet(imageShape, classNames.length), { seed: 1 });
const trained = await train({ network: teacher, data, optimizer: adam({ lr: 1e-3 }), epochs, batchSize: 128 });
console.log(`accuracy of the teacher: ${trained.evaluation?.accuracy.toFixed(3)}`);

const TEMPERATURE = 2;
const student = createNetwork(mlp(imageShape, classNames.length, { hidden: [16] }), { seed: 2 });
const step = await compileJointStep(
  { teacher, student },
  {
    batchSize: 128,
    inputs: { images: { shape: imageShape, dtype: "uint8" }, labels: { shape: [], dtype: "int32" } },
    losses: ({ teacher, student, images, labels }) => {
      const normalized = ops.normalizeImages(images, normalization);
      const logits = student(normalized);
      const soft = ops.softmax(ops.div(teacher(normalized), TEMPERATURE));
      const softLoss = ops.klDivergence(ops.logSoftmax(ops.div(logits, TEMPERATURE)), soft, { reduction: "batchmean" });
      const labelLoss = ops.crossEntropy(logits, labels);
      return { student: ops.add(ops.mul(softLoss, 0.25 * TEMPERATURE ** 2), ops.mul(labelLoss, 0.75)) };
    },
  },
);
const updater = adam({ lr: 1e-3 }).bind(student.parameters);
const loader = createLoader(data.train, { seed: 1 });
for (let epoch = 0; epoch < epochs; epoch++) {
  for (const { images, labels } of loader.epoch(epoch, 128)) {
    await step.run({ images, labels });
    updater.step();
  }
}

if (!data.test) throw new Error("the data have no test images");
const inference = await compileEvaluation(student, { batchSize: 100, normalization });
const { accuracy } = await evaluate(inference, data.test, { batchSize: 100 });
console.log(`accuracy of the student: ${accuracy.toFixed(3)}`);
