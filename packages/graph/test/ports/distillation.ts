import { adam } from "@downhill/optim";
import { compileJointStep, ops } from "../../src/index.ts";
import { BATCH, images, initialized, labels, SMALL } from "./data.ts";
import { jointPort } from "./port.ts";
import { smallClassifier } from "./small.ts";

const TEMPERATURE = 2;

export const distillation = jointPort(() => ({
  networks: { teacher: initialized(smallClassifier(10, 8), 3), student: initialized(smallClassifier(10)) },
  optimizers: { student: adam({ lr: 1e-3 }) },
  compile: (networks) =>
    compileJointStep(networks, {
      batchSize: BATCH,
      inputs: { images: SMALL, labels: { shape: [], dtype: "int32" } },
      losses: ({ teacher, student, images, labels }) => {
        const logits = student(images);
        const soft = ops.softmax(ops.div(teacher(images), TEMPERATURE));
        const logProbabilities = ops.logSoftmax(ops.div(logits, TEMPERATURE));
        const distilled = ops.klDivergence(logProbabilities, soft, { reduction: "batchmean" });
        const hard = ops.crossEntropy(logits, labels);
        return { student: ops.add(ops.mul(distilled, 0.25 * TEMPERATURE ** 2), ops.mul(hard, 0.75)) };
      },
    }),
  run: (step) => step.run({ images, labels: labels("labels", BATCH, 10) }),
}));
