import { totalmem } from "node:os";
import type { Model } from "@downhill/graph";
import { ConfigError } from "../error.ts";
import type { Remedy } from "../problem.ts";
import { sizeOf } from "../size.ts";

/** Returns the maximum memory of this process in bytes: the machine's, or that of its container. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Maximum bytes of weights, gradients and optimizer state: one WebAssembly memory with 32-bit addresses. */
const ARENA_LIMIT = 2 ** 32;
/** Bytes of a parameter: its value, its gradient and one optimizer state, as float32. */
const PARAMETER_BYTES = 12;

/**
 * Rejects models whose parameters do not fit into memory, before they are created.
 * @throws ConfigError with the number of parameters and the bytes that they need
 */
export function checkParameterMemory(model: Model): void {
  const parameters = model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const [needed, limit] = [PARAMETER_BYTES * parameters, Math.min(ARENA_LIMIT, memoryLimit())];
  if (needed <= limit) return;
  throw new ConfigError(
    `${model.name} has ${large(parameters)} parameters: weights, gradients and optimizer state need at least ${gigabytes(needed)}: expected at most ${gigabytes(limit)}`,
    {
      code: "out-of-memory",
      remedies: [{ act: "use a smaller model" }, { set: "modelOptions" }, { lower: "imageSize" }],
    },
  );
}

/** Minimum memory of a training step as a multiple of its layers' outputs: outputs, gradients and intermediate values. */
const LEAST_STEP_FACTOR = 3;

/**
 * Rejects training steps whose layers' outputs do not fit into memory, before they are compiled.
 * @param outputs bytes of the layers' outputs for one image
 * @param images number of images computed at once
 * @throws ConfigError with the bytes that the step needs
 */
export function checkStepMemory(outputs: number, images: number): void {
  const [needed, limit] = [LEAST_STEP_FACTOR * outputs * images, memoryLimit()];
  if (needed <= limit) return;
  const smaller: Remedy = images > 1 ? { lower: "largestPart" } : { act: "use a smaller model or smaller images" };
  throw new ConfigError(
    `a training step with ${large(images)} ${images === 1 ? "image" : "images"} at once needs at least ${gigabytes(needed)}: expected at most ${gigabytes(limit)}, the memory of this machine`,
    { code: "out-of-memory", remedies: [smaller] },
  );
}

const large = (count: number): string => (count < 1e15 ? count.toLocaleString("en-US") : count.toExponential(1));

const gigabytes = (bytes: number): string =>
  bytes < 1e15
    ? `${(bytes / 1e9).toLocaleString("en-US", { maximumSignificantDigits: 3 })} GB`
    : `${(bytes / 1e9).toExponential(1)} GB`;
