import type { Optimizer, UpdaterState } from "@downhill/optim";
import { compile, type Lowering, type Program } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import { inOrder } from "../core/in-order.ts";
import { inputName } from "../core/input.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { DeviceName } from "../devices/device-name.ts";
import { createQueue } from "../devices/in-turn.ts";
import { GraphError } from "../error.ts";
import { checkNetwork, checkOptions } from "../model/check-network.ts";
import type { Model } from "../model/model.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { rolesOf } from "../model/roles.ts";
import { STEP } from "../model/scope.ts";
import { type UpdateGraph, updateGraph } from "../optimizer/update-graph.ts";
import { type BatchOptions, type BatchRest, type BatchSpec, batchFeeds, explainLoss } from "../training/batch-feeds.ts";
import { BatchPrograms } from "../training/batch-programs.ts";
import { CORRECT, LOSS, objectiveOf } from "../training/objective.ts";
import type { BatchArguments, ClassLabels, TargetShapes } from "../training/targets.ts";
import {
  compilingOf,
  gradientOutput,
  metricsIn,
  nextOutput,
  numberIn,
  type TrainingGraphOptions,
  trainingGraph,
} from "../training/training-graph.ts";
import type { TrainingResult, TrainingStepOptions } from "../training/training-step.ts";
import { DeviceState } from "./device-state.ts";
import { OptimizerState } from "./optimizer-state.ts";

/** A complete training step on a device, including the optimizer. Weights and optimizer states stay on the device. */
export interface DeviceStep<T extends TargetShapes = TargetShapes, M extends string = string> {
  readonly device: DeviceName;
  /** A sentence that explains the choice of the device. */
  readonly deviceReason: string;
  /** Form of convolutions. */
  readonly lowering: Lowering;
  /** Number of steps taken, one for each batch. */
  readonly steps: number;
  /**
   * Runs one batch: updates weights, running statistics and optimizer states on the device.
   * @param images [batch, ...imageShape]: bytes if the step normalizes them, otherwise numbers
   * @param rest targets: arrays [batch, ...shape] by name, or the class of each image, from 0; then options, whose `step`,
   * on which dropout's masks depend, defaults to `steps`
   * @throws GraphError for arrays of the wrong type or size, a missing or unknown target, a label out of range, or a loss
   * that is not finite. The values on the device then stay unchanged
   */
  run(images: Float32Array | Uint8Array, ...rest: BatchArguments<T, BatchOptions>): Promise<TrainingResult<M>>;
  /**
   * Copies weights and running statistics into the network, for evaluations and exports.
   * @param options `evaluation`: copies the weights for evaluation, such as an average, if the optimizer has them;
   * default false. `measureBatchNorm` then measures their running statistics
   * @returns the optimizer's state, in the format of `updater.state()`, for a checkpoint
   */
  download(options?: { readonly evaluation?: boolean }): Promise<UpdaterState>;
  /**
   * Copies the network's weights and running statistics to the device. After `download({ evaluation: true })` these are
   * the weights for evaluation: call `download()` first to continue with the current ones.
   * @param state the optimizer's state, from `download()` or an updater. Default: the state on the device
   * @throws GraphError for a state of another optimizer or of other tensors. The device then stays unchanged
   */
  upload(state?: UpdaterState): Promise<void>;
  /** Frees the memory on the device. Later calls throw. */
  dispose(): Promise<void>;
}

/**
 * Compiles a training step that includes the optimizer. A step uploads only the batch and downloads only the loss and the
 * correct count, which pays off on a GPU. On `cpu` and `wasm`, `compileTrainingStep` with an updater (`optimizer.bind`) is
 * faster.
 *
 * Gradients are not checked: a gradient that is not finite makes weights NaN, and the next step throws.
 * @throws GraphError for a rule that a graph cannot compute (see `updateGraph`), or a device that is unavailable
 * @example
 * const step = await compileDeviceStep(network, adamw({ lr: 1e-3 }), { device: "webgpu", batchSize: 64 });
 * for (const { images, labels } of batches) console.log((await step.run(images, labels)).loss);
 * const state = await step.download(); // copies the weights to the network
 * await step.dispose();
 */
export async function compileDeviceStep<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(network: Network<Name>, optimizer: Optimizer, options: TrainingStepOptions<Name, T, M>): Promise<DeviceStep<T, M>> {
  checkNetwork("compileDeviceStep", network);
  checkOptions("compileDeviceStep", options, "{ batchSize: 32 }");
  const { batchSize, normalization } = options;
  const compiling = compilingOf(options);
  const { model, parameters, buffers } = network;
  checkCount(model.name, "batchSize", batchSize);
  const objective = objectiveOf(model, options);
  const { update } = stepGraph(model, optimizer, batchSize, options);
  const programs = new BatchPrograms((count) => stepGraph(model, optimizer, count, options).outputs, compiling);
  const first = await programs.get(batchSize);
  const outputs = new Set(first.outputs.map(({ name }) => name));
  const isRandom = first.inputs.some(({ name }) => name === STEP);
  const spec: BatchSpec = { model, normalization, objective, isRandom };
  const optimizerState = new OptimizerState(optimizer, update);
  const held = new DeviceState();
  const inTurn = createQueue();
  let evaluation: Program | undefined;
  let steps = 0;
  // Rules in graphs are not random. The seed is only passed on to saved states.
  let updaterSeed = 0;
  let disposed = false;

  /** Runs actions one after another, since each step reads the tensors that the step before writes. */
  const enqueue = <T>(name: string, action: () => Promise<T>): Promise<T> =>
    inTurn(async () => {
      if (disposed) throw new GraphError(`${name}: the step is disposed. Compile it again.`);
      return action();
    });

  async function upload(states: Readonly<Record<string, Float32Array>>): Promise<void> {
    const program = await programs.get(batchSize);
    const values: Record<string, Float32Array> = { ...states, ...buffers, ...parameterValues(network) };
    for (const { name } of program.inputs) {
      const numbers = values[name];
      if (numbers) await held.upload(program, name, numbers, outputs.has(nextOutput(name)));
    }
  }

  async function release(): Promise<void> {
    disposed = true;
    await held.dispose();
    await evaluation?.dispose();
    await programs.dispose();
  }

  /** Returns the weights for evaluation, for parameters whose optimizer has separate ones. */
  async function evaluationWeights(): Promise<Record<string, Float32Array>> {
    const updates = optimizerState.updates(steps);
    const others = Object.entries(update.evaluation).map(([name, tensor]) => [nextOutput(name), tensor] as const);
    if (updates === 0 || others.length === 0) return {};
    evaluation ??= await compile(Object.fromEntries(others), compiling);
    const { inputs } = evaluation;
    const numbers = Object.entries(update.feeds(optimizerState.lastStepOf(updates)));
    const known = numbers.filter(([name]) => inputs.some((info) => info.name === name));
    return evaluation.run({ ...held.feeds(evaluation), ...Object.fromEntries(known) });
  }

  try {
    await upload(
      Object.fromEntries(optimizerState.entries.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))])),
    );
  } catch (error) {
    await release();
    throw error;
  }

  return {
    device: first.device,
    deviceReason: first.deviceReason,
    lowering: first.lowering,
    get steps() {
      return steps;
    },
    run: (images, ...rest) =>
      enqueue("run", async () => {
        const [targets, batchOptions = {}]: BatchRest = rest;
        const batch = batchFeeds(spec, images, targets, { step: steps, ...batchOptions });
        const program = await programs.get(batch.count);
        const feeds = { ...batch.feeds, ...update.feeds(steps), ...held.feeds(program) };
        // The loss may use only some of the targets.
        const results = await program.run(feeds, held.into, { unused: "ignore" });
        const loss = numberIn(results, LOSS);
        if (!Number.isFinite(loss)) {
          explainLoss(spec, batch.feeds);
          throw new GraphError(
            `${model.name}: the loss of step ${steps} is ${loss}. The weights are unchanged. Try a lower learning rate.`,
          );
        }
        held.swap();
        steps++;
        const metrics = metricsIn(objective, results) as Record<M, number>;
        return { loss, correct: numberIn(results, CORRECT), metrics };
      }),
    download: (what = {}) =>
      enqueue("download", async () => {
        const others = what.evaluation ? await evaluationWeights() : {};
        for (const { name } of model.parameters) {
          if (held.has(name)) parameters.value(name).set(others[nextOutput(name)] ?? (await held.download(name)));
        }
        for (const { name } of model.buffers) if (held.has(name)) buffers[name]?.set(await held.download(name));
        return optimizerState.save(steps, updaterSeed, (name) => held.download(name));
      }),
    upload: (state) =>
      enqueue("upload", async () => {
        const restored = state ? optimizerState.restore(state) : { steps, states: {} };
        await upload(restored.states);
        steps = restored.steps;
        updaterSeed = state?.seed ?? updaterSeed;
      }),
    dispose: () => inTurn(async () => (disposed ? undefined : release())),
  };
}

/** Builds the graph of a training step and the optimizer, which outputs new parameters and states instead of gradients. */
function stepGraph<Name extends string, T extends TargetShapes, M extends string>(
  model: Model<Name>,
  optimizer: Optimizer,
  batchSize: number,
  options: TrainingGraphOptions<Name, T, M>,
): { outputs: Record<string, Tensor>; update: UpdateGraph } {
  const outputs = trainingGraph(model, batchSize, options);
  // The update must read the same input tensors as the model's graph.
  const inputs = new Map(inOrder(Object.values(outputs)).map((tensor) => [inputName(tensor), tensor]));
  const weights: Record<string, Tensor> = {};
  const grads: Record<string, Tensor> = {};
  for (const { name } of model.parameters) {
    weights[name] = inputs.get(name) as Tensor;
    const gradient = outputs[gradientOutput(name)];
    if (gradient) grads[name] = gradient;
    delete outputs[gradientOutput(name)];
  }
  const update = updateGraph(optimizer, weights, grads, rolesOf(model));
  for (const [name, tensor] of Object.entries(update.parameters)) outputs[nextOutput(name)] = tensor;
  for (const [name, { next }] of Object.entries(update.states)) outputs[nextOutput(name)] = next;
  return { outputs, update };
}
