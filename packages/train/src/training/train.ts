import type { ClassLabels, TargetShapes } from "@downhill/graph";
import { checkObject } from "../check-arguments.ts";
import { DivergedError } from "../error.ts";
import type { StepLine } from "./callback.ts";
import { noiseScaleOf } from "./noise.ts";
import { open } from "./open.ts";
import type { TrainOptions } from "./options.ts";
import { batchesOf, planBatches } from "./plan.ts";
import type { TrainResult } from "./result.ts";
import { Updates } from "./update.ts";

/** Reason of a training that was stopped on request. */
export const STOPPED_ON_REQUEST = "it was stopped on request";

/**
 * Trains a network: batches, gradients into the arena, update, metrics, callbacks. The same options give the same weights,
 * bit for bit, no matter how often the training is stopped and resumed from a checkpoint. Afterwards the network holds
 * the weights of the result, which were evaluated, so that `exportOnnx(network)` exports them.
 *
 * With `loss`, it trains any model: `targets` of the images by name, and `metrics` besides the loss. A loss is a mean over
 * the images of its batch, so that batches can be divided. Accuracies are NaN without class labels (null in files), and
 * early stopping, plateaus and the best weights follow the loss.
 *
 * ONNX Runtime blocks the calling thread; `startRun` trains in a separate thread.
 * @throws DivergedError if the loss or a gradient is not finite; the weights are then those before that step
 * @example
 * const data = await openDataSet("sample");
 * const network = createNetwork(lenet(data.imageShape, data.classNames.length), { seed: 1 });
 * const result = await train({ network, data, optimizer: adamw(), epochs: 1, batchSize: 64, seed: 1 });
 * @example
 * const { evaluation } = await train({
 *   network: regression,
 *   data: { train: points, validation: others }, // imageSet({ images, targets: { angle }, imageShape: [16] })
 *   targets: { angle: [1] },
 *   loss: ({ output, angle }) => ops.huber(output, angle),
 *   metrics: { error: ({ output, angle }) => ops.l1(output, angle) },
 *   optimizer: adamw(),
 *   epochs: 10,
 *   batchSize: 32,
 * });
 */
export async function train<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(given: TrainOptions<Name, T, M>): Promise<TrainResult> {
  // The loop does not depend on the names, which give the loss and the metrics their types.
  checkObject("train: the argument", given, "an object with network, data, optimizer, epochs and batchSize");
  const options = given as unknown as TrainOptions;
  const { callbacks = [], shouldStop = () => false } = options;
  const training = await open(options);
  const { clock, parameters, length } = training;
  const isClassifier = options.network.model.classes > 0;
  const updatesOf = (): Updates =>
    new Updates({ ...training.parts, optimizer: options.optimizer, parameters, isClassifier });
  let updates = updatesOf();
  try {
    for (const callback of callbacks) await callback.onStart?.(training);
    for (const batch of planBatches(clock, training.position)) {
      if (shouldStop()) training.stop(STOPPED_ON_REQUEST);
      if (training.stopped !== null) break;
      if (await training.enterPhase(batch.epoch)) updates = updatesOf();
      const { updater, parts } = training;
      const started = performance.now();
      training.beginStep();
      const means = await updates.compute(batch, batchesOf(batch, clock, parts.largestPart));
      const { loss, correct, metrics, norm, finite } = means;
      if (!finite) updates.drop();
      if (!finite && callbacks.some((callback) => callback.onNonFinite?.(loss, batch.step, training))) {
        training.skip(batch, performance.now() - started);
        if (batch.endsEpoch) await training.endEpoch(batch.epoch);
        continue;
      }
      if (!finite) training.undoStep();
      if (!Number.isFinite(loss)) throw divergedError(`the loss is ${loss}`, batch.step, updater.hyperparameters);
      try {
        updates.apply();
      } catch (error) {
        if (Number.isFinite(norm)) throw error;
        throw divergedError((error as Error).message, batch.step, updater.hyperparameters, error);
      }

      training.advance(batch, means, performance.now() - started);
      const line: StepLine = {
        step: batch.step,
        epoch: batch.epoch,
        loss,
        accuracy: correct / batch.count,
        batchSize: batch.count,
        ...numbersOf(updater.hyperparameters),
        gradientNorm: norm,
        ...noiseScaleOf(updater.hyperparameters, batch.count, length),
        ...metrics,
      };
      for (const callback of callbacks) await callback.onStep?.(line, training);
      if (batch.endsEpoch) await training.endEpoch(batch.epoch);
    }
    for (const callback of callbacks) await callback.onEnd?.(training.stopped, training);
    return await training.result();
  } finally {
    await training.close();
  }
}

const numbersOf = (values: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === "number"));

function divergedError(
  reason: string,
  step: number,
  { lr }: Readonly<Record<string, unknown>>,
  cause?: unknown,
): DivergedError {
  return new DivergedError(`training diverged at step ${step} with learning rate ${lr}: ${reason}`, {
    remedies: [{ lower: "lr" }, { set: "warmup" }, { set: "clipNorm" }],
    cause,
  });
}
