import type { CompileOptions, Lowering } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import { sizeOf } from "../core/shape.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import type { DeviceName } from "../devices/device-name.ts";
import { GraphError } from "../error.ts";
import { checkNetwork, checkOptions } from "../model/check-network.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { checkFinite, checkStep } from "./batch-feeds.ts";
import { BatchPrograms } from "./batch-programs.ts";
import {
  type AnyJointOptions,
  type JointGraphOptions,
  jointGraph,
  lossOutput,
  type Networks,
  PLACE,
  variableOf,
} from "./joint-graph.ts";
import { metricOutput } from "./objective.ts";
import { checkTargets, type TargetArrays, type TargetShapes, targetInfos } from "./targets.ts";
import { gradientOutput, nextOutput, numberIn } from "./training-graph.ts";

export interface JointStepOptions<
  N extends Networks = Networks,
  I extends TargetShapes = TargetShapes,
  L extends string = string,
  M extends string = string,
> extends CompileOptions,
    JointGraphOptions<N, I, L, M> {
  /** Batch size to compile for immediately. A program for another batch size is compiled at its first use. */
  readonly batchSize: number;
}

/** Losses and metrics of one batch. */
export interface JointResult<L extends string = string, M extends string = string> {
  /** Loss of each network by name. */
  readonly losses: Readonly<Record<L, number>>;
  /** Values of the metrics by name. */
  readonly metrics: Readonly<Record<M, number>>;
}

/** A compiled step of several networks: computes their losses, and the gradients of each loss by its network. */
export interface JointStep<
  I extends TargetShapes = TargetShapes,
  L extends string = string,
  M extends string = string,
> {
  readonly device: DeviceName;
  /** A sentence that explains the choice of the device. */
  readonly deviceReason: string;
  /** Form of convolutions. */
  readonly lowering: Lowering;
  /**
   * Runs one batch: writes the gradients of each loss to the arena of its network, and updates running statistics.
   * Updaters of the networks may then step, each on its own.
   * @param inputs arrays [batch, ...shape] by name
   * @param options `step`, the number of the step from 0, is required if a network has dropout
   * @throws GraphError for a missing or unknown input, an array of the wrong type or length, or an input with a NaN
   */
  run(inputs: TargetArrays<I>, options?: { readonly step?: number }): Promise<JointResult<L, M>>;
  dispose(): Promise<void>;
}

/**
 * Compiles a step of several networks with a loss each, such as a generator and a discriminator, or of one network that
 * is applied several times, such as a siamese network. Forward passes are shared, and a network that is applied several
 * times has the same weights each time.
 *
 * The gradients of all losses come from the same weights. For updates in turns, as in PyTorch's DCGAN example, compile a
 * step for each loss.
 * @throws GraphError for a loss that is no single number, or does not depend on each trained parameter of its network
 * @example
 * const step = await compileJointStep({ generator, discriminator }, {
 *   batchSize: 64,
 *   inputs: { images: [1, 28, 28], noise: [100] },
 *   losses: ({ generator, discriminator, images, noise }) => {
 *     const [real, fake] = [discriminator(images), discriminator(generator(noise))];
 *     return {
 *       discriminator: ops.add(ops.mean(ops.softplus(ops.neg(real))), ops.mean(ops.softplus(fake))),
 *       generator: ops.mean(ops.softplus(ops.neg(fake))),
 *     };
 *   },
 * });
 * const { losses } = await step.run({ images, noise });
 * for (const updater of [updaters.generator, updaters.discriminator]) updater.step();
 */
export async function compileJointStep<
  N extends Networks,
  I extends TargetShapes,
  L extends keyof N & string,
  M extends string = never,
>(networks: N, options: JointStepOptions<N, I, L, M>): Promise<JointStep<I, L, M>> {
  checkOptions(PLACE, options, "{ batchSize, inputs, losses }");
  checkOptions(PLACE, options.inputs, "{ noise: [100] }", "inputs is");
  for (const name of ["trains", "training", "metrics"] as const) {
    if (options[name] !== undefined) checkOptions(PLACE, options[name], "{ generator: ... }", `${name} is`);
  }
  const { batchSize, inputs, losses, metrics = {}, trains, training, seed, ...compiling } = options;
  const all: Networks = networks;
  checkNetworks(all);
  checkCount(PLACE, "batchSize", batchSize);
  const infos = inputInfos(all, inputs);
  const graph = (count: number) => jointGraph(all, infos, options as AnyJointOptions, count);
  const { trained } = graph(batchSize);
  const programs = new BatchPrograms((count) => graph(count).outputs, compiling);
  const first = await programs.get(batchSize);
  const isRandom = first.inputs.some(({ name }) => name === STEP);
  for (const [name, { model, parameters }] of Object.entries(all)) {
    for (const parameter of model.parameters) {
      // Gradients of an earlier step would otherwise remain.
      if (trained.has(name) && !trained.get(name)?.includes(parameter.name))
        parameters.gradient(parameter.name).fill(0);
    }
  }

  return {
    device: first.device,
    deviceReason: first.deviceReason,
    lowering: first.lowering,
    async run(batch, { step } = {}) {
      const count = countRows(infos, batch);
      const feeds: Record<string, Values | number> = checkTargets(PLACE, infos, batch, count, "input");
      if (isRandom) feeds[STEP] = checkStep(PLACE, step);
      const program = await programs.get(count);
      const results = await program.run({ ...feeds, ...variablesOf(all) }, gradientsOf(all, trained), {
        unused: "ignore",
      });
      const found = [...trained.keys()].map((name) => [name, numberIn(results, lossOutput(name))] as const);
      if (found.some(([, loss]) => !Number.isFinite(loss))) checkFinite(PLACE, feeds);
      writeBuffers(all, results);
      const measured = Object.keys(metrics).map((name) => [name, numberIn(results, metricOutput(name))]);
      return {
        losses: Object.fromEntries(found) as Record<L, number>,
        metrics: Object.fromEntries(measured) as Record<M, number>,
      };
    },
    dispose: () => programs.dispose(),
  };
}

function inputInfos(networks: Networks, inputs: TargetShapes): ValueInfo[] {
  const variables = Object.entries(networks).flatMap(([name, { model }]) => [
    name,
    ...[...model.parameters, ...model.buffers].map((variable) => variableOf(name, variable.name)),
  ]);
  const infos = targetInfos(PLACE, inputs, new Set([STEP, ...variables]), "input");
  if (infos.length === 0) throw new GraphError(`${PLACE}: inputs is empty. Expected the shape of at least one input.`);
  return infos;
}

function checkNetworks(networks: Networks): void {
  checkOptions(PLACE, networks, "{ generator, discriminator }", "the networks are");
  const names = new Map<Network, string>();
  for (const [name, network] of Object.entries(networks)) {
    checkNetwork(`${PLACE}, '${name}'`, network);
    const other = names.get(network);
    if (other !== undefined) {
      throw new GraphError(`${PLACE}: '${other}' and '${name}' are one network. Pass it once, and apply it twice.`);
    }
    names.set(network, name);
  }
  if (names.size === 0) throw new GraphError(`${PLACE}: there is no network. Expected at least one.`);
}

/** Returns the batch size of the first input; the length of the others is checked against it. */
function countRows(infos: readonly ValueInfo[], batch: Readonly<Record<string, unknown>>): number {
  const [first] = infos as [ValueInfo];
  const values = batch[first.name];
  const length = ArrayBuffer.isView(values) ? (values as Values).length : 0;
  return Math.max(1, Math.floor(length / sizeOf(first.shape)));
}

const variablesOf = (networks: Networks): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(networks).flatMap(([name, network]) =>
      Object.entries({ ...parameterValues(network), ...network.buffers }).map(([variable, values]) => [
        variableOf(name, variable),
        values,
      ]),
    ),
  );

const gradientsOf = (
  networks: Networks,
  trained: ReadonlyMap<string, readonly string[]>,
): Record<string, Float32Array> =>
  Object.fromEntries(
    [...trained].flatMap(([name, parameters]) =>
      parameters.map((parameter) => [
        gradientOutput(variableOf(name, parameter)),
        (networks[name] as Network).parameters.gradient(parameter),
      ]),
    ),
  );

function writeBuffers(networks: Networks, results: Readonly<Record<string, Float32Array>>): void {
  for (const [name, { buffers }] of Object.entries(networks)) {
    for (const [buffer, values] of Object.entries(buffers)) {
      const next = results[nextOutput(variableOf(name, buffer))];
      if (next) values.set(next);
    }
  }
}
