import { totalmem } from "node:os";
import type { Model } from "@downhill/graph";
import { ConfigError } from "../error.ts";
import { sizeOf } from "../size.ts";

/** Bytes that this process may have at most: the machine's, or those of its container. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Weights, gradients and optimizer state lie in one WebAssembly memory, which 32 bits address. */
const ARENA_LIMIT = 2 ** 32;
/** Bytes of a parameter: its value, its gradient and one state of an optimizer, as float32. */
const PARAMETER_BYTES = 12;

/**
 * Refuses models whose parameters no memory holds, before any are made.
 * @throws ConfigError with their number and the bytes that they need
 */
export function checkParameterMemory(model: Model): void {
  const parameters = model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const [needed, limit] = [PARAMETER_BYTES * parameters, Math.min(ARENA_LIMIT, memoryLimit())];
  if (needed <= limit) return;
  throw new ConfigError(
    `${model.name} has ${large(parameters)} parameters: weights, gradients and optimizer state need at least ${gigabytes(needed)}: expected at most ${gigabytes(limit)}: make the model or the images smaller (modelOptions, imageSize)`,
  );
}

/** Times its layers' outputs that a training step needs at least: they and their gradients, and what is made between. */
const LEAST_STEP_FACTOR = 3;

/**
 * Refuses steps whose layers' outputs no memory holds, before they are compiled.
 * @param outputs bytes of the layers' outputs for one image
 * @param images computed at once
 * @throws ConfigError with the bytes that they need
 */
export function checkStepMemory(outputs: number, images: number): void {
  const [needed, limit] = [LEAST_STEP_FACTOR * outputs * images, memoryLimit()];
  if (needed <= limit) return;
  const advice = images > 1 ? "lower largestPart (--largest-part)" : "make the model or the images smaller";
  throw new ConfigError(
    `a training step computes ${large(images)} ${images === 1 ? "image" : "images"} at once, which need at least ${gigabytes(needed)}: expected at most ${gigabytes(limit)}, the memory of this machine: ${advice}`,
  );
}

const large = (count: number): string => (count < 1e15 ? count.toLocaleString("en-US") : count.toExponential(1));

const gigabytes = (bytes: number): string =>
  bytes < 1e15
    ? `${(bytes / 1e9).toLocaleString("en-US", { maximumSignificantDigits: 3 })} GB`
    : `${(bytes / 1e9).toExponential(1)} GB`;
