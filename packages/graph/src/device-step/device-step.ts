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
import type { Model } from "../model/model.ts";
import type { Network } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { type UpdateGraph, updateGraph } from "../optimizer/update-graph.ts";
import { type BatchOptions, type BatchSpec, batchFeeds, checkFinite } from "../training/batch-feeds.ts";
import { BatchPrograms } from "../training/batch-programs.ts";
import {
  CORRECT,
  gradientOutput,
  LOSS,
  nextOutput,
  type TrainingGraphOptions,
  trainingGraph,
} from "../training/training-graph.ts";
import type { TrainingResult, TrainingStepOptions } from "../training/training-step.ts";
import { HeldTensors } from "./held-tensors.ts";
import { OptimizerState } from "./optimizer-state.ts";

/** A whole training step that runs on a device, and whose weights and optimizer states stay there. */
export interface DeviceStep {
  /** Which device runs it, why that one, and how convolutions are written. */
  readonly device: DeviceName;
  readonly deviceReason: string;
  readonly lowering: Lowering;
  /** Steps taken so far: one a batch. */
  readonly steps: number;
  /**
   * Runs a batch: the device's weights, running statistics and optimizer states are brought up to date.
   * @param images [batch, ...imageShape]: bytes where the step normalises them, else numbers
   * @param labels the class of each image, from 0
   * @param options `step`, which dropout's masks follow, is `steps` unless it is given
   * @throws GraphError for arrays of the wrong type or size, a label that is no class, and a loss that is not finite;
   * what is on the device then is as it was before
   */
  run(images: Float32Array | Uint8Array, labels: Int32Array, options?: BatchOptions): Promise<TrainingResult>;
  /**
   * Copies weights and running statistics into the network, where evaluations and exports find them.
   * @param options `evaluation`: the weights to evaluate with, where the optimizer has others, such as an average;
   * default false
   * @returns the optimizer's state, as its updater saves it (`updater.state()`), for a checkpoint
   */
  download(options?: { readonly evaluation?: boolean }): Promise<UpdaterState>;
  /**
   * Copies the network's weights and running statistics to the device.
   * @param state the optimizer's, from `download()` or an updater; without it, that on the device stays as it is
   * @throws GraphError for a state of another optimizer or of other tensors; nothing is changed then
   */
  upload(state?: UpdaterState): Promise<void>;
  /** Frees the device's memory; using the step afterwards is an error. */
  dispose(): Promise<void>;
}

/**
 * Compiles a training step with the optimizer in it. Between steps, nothing leaves the device: a batch goes in, and loss
 * and count come out. That pays on a GPU; on `cpu` and `wasm`, which can do the same, `compileTrainingStep` with an
 * updater (`optimizer.bind`) is faster.
 *
 * Gradients are not looked at. One that is not finite, of a loss that is, makes weights NaN, and the next step fails.
 * @throws GraphError for a rule that a graph cannot compute (see `updateGraph`), or a device that is not there
 * @example
 * const step = await compileDeviceStep(network, adamw({ lr: 1e-3 }), { device: "webgpu", batchSize: 64 });
 * for (const { images, labels } of batches) console.log((await step.run(images, labels)).loss);
 * const state = await step.download(); // the network has the weights now
 * await step.dispose();
 */
export async function compileDeviceStep(
  network: Network,
  optimizer: Optimizer,
  options: TrainingStepOptions,
): Promise<DeviceStep> {
  const { batchSize, labelSmoothing = 0, normalization, mixed = false, seed = 0, ...compiling } = options;
  const { model, parameters, buffers } = network;
  const graph = { labelSmoothing, mixed, seed, ...(normalization ? { normalization } : {}) };
  checkCount(model.name, "batchSize", batchSize);
  const { update } = stepGraph(model, optimizer, batchSize, graph);
  const programs = new BatchPrograms((count) => stepGraph(model, optimizer, count, graph).outputs, compiling);
  const first = await programs.of(batchSize);
  const outputs = new Set(first.outputs.map(({ name }) => name));
  const isRandom = first.inputs.some(({ name }) => name === STEP);
  const kind: BatchSpec = { model, normalization, mixed, isRandom };
  const rule = new OptimizerState(optimizer, update);
  const held = new HeldTensors();
  const inTurn = createQueue();
  let evaluation: Program | undefined;
  let steps = 0;
  // Of rules in graphs, none draws numbers: it is kept for updaters.
  let updaterSeed = 0;
  let disposed = false;

  /** Does work when that before it has ended: a step reads what the one before it wrote. */
  const whileLive = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    inTurn(async () => {
      if (disposed) throw new GraphError(`${what}: the step was disposed of`);
      return work();
    });

  async function upload(states: Readonly<Record<string, Float32Array>>): Promise<void> {
    const program = await programs.of(batchSize);
    const values = { ...states, ...buffers };
    // Views are taken anew: the arena may have grown.
    for (const { name } of model.parameters) values[name] = parameters.value(name) as Float32Array;
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

  /** The weights to evaluate with, of tensors that have others than their own. */
  async function evaluationWeights(): Promise<Record<string, Float32Array>> {
    const updates = rule.updates(steps);
    const others = Object.entries(update.evaluation).map(([name, tensor]) => [nextOutput(name), tensor] as const);
    if (updates === 0 || others.length === 0) return {};
    evaluation ??= await compile(Object.fromEntries(others), compiling);
    const { inputs } = evaluation;
    const numbers = Object.entries(update.feeds(rule.lastStepOf(updates)));
    const known = numbers.filter(([name]) => inputs.some((info) => info.name === name));
    return evaluation.run({ ...held.feeds(evaluation), ...Object.fromEntries(known) });
  }

  try {
    await upload(Object.fromEntries(rule.places.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))])));
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
    run: (images, labels, batchOptions = {}) =>
      whileLive("run", async () => {
        const batch = batchFeeds(kind, images, labels, { step: steps, ...batchOptions });
        const program = await programs.of(labels.length);
        const feeds = { ...batch, ...update.feeds(steps), ...held.feeds(program) };
        const results = await program.run(feeds, held.into);
        const number = (name: string): number => (results[name] as Float32Array)[0] as number;
        const loss = number(LOSS);
        if (!Number.isFinite(loss)) {
          checkFinite(model, images);
          throw new GraphError(
            `${model.name}: the loss of step ${steps} is ${loss}: expected a finite one; the weights are as before it: a lower rate may help`,
          );
        }
        held.swap();
        steps++;
        return { loss, correct: number(CORRECT) };
      }),
    download: (what = {}) =>
      whileLive("download", async () => {
        const others = what.evaluation ? await evaluationWeights() : {};
        for (const { name } of model.parameters) {
          if (held.has(name)) parameters.value(name).set(others[nextOutput(name)] ?? (await held.download(name)));
        }
        for (const { name } of model.buffers) if (held.has(name)) buffers[name]?.set(await held.download(name));
        return rule.save(steps, updaterSeed, (name) => held.download(name));
      }),
    upload: (state) =>
      whileLive("upload", async () => {
        const restored = state ? rule.restore(state) : { steps, states: {} };
        await upload(restored.states);
        steps = restored.steps;
        updaterSeed = state?.seed ?? updaterSeed;
      }),
    dispose: () => inTurn(async () => (disposed ? undefined : release())),
  };
}

/** The training step's graph with the optimizer's in place of the gradients: what comes next of all that it changes. */
function stepGraph(
  model: Model,
  optimizer: Optimizer,
  batchSize: number,
  options: TrainingGraphOptions,
): { outputs: Record<string, Tensor>; update: UpdateGraph } {
  const outputs = trainingGraph(model, batchSize, options);
  // The very inputs that the model's graph has.
  const inputs = new Map(inOrder(Object.values(outputs)).map((tensor) => [inputName(tensor), tensor]));
  const weights: Record<string, Tensor> = {};
  const grads: Record<string, Tensor> = {};
  for (const { name } of model.parameters) {
    weights[name] = inputs.get(name) as Tensor;
    grads[name] = outputs[gradientOutput(name)] as Tensor;
    delete outputs[gradientOutput(name)];
  }
  const update = updateGraph(optimizer, weights, grads);
  for (const [name, tensor] of Object.entries(update.parameters)) outputs[nextOutput(name)] = tensor;
  for (const [name, { next }] of Object.entries(update.states)) outputs[nextOutput(name)] = next;
  return { outputs, update };
}
