import { kindOf } from "@downhill/optim/kind-of";
import { blockSizeOf } from "../blocked/block-size.ts";
import { checkNumber } from "../core/check.ts";
import { Tensor } from "../core/tensor.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import { chooseDevice } from "../devices/choose.ts";
import type { Device, Session } from "../devices/device.ts";
import type { DeviceName } from "../devices/device-name.ts";
import type { DeviceTensor } from "../devices/device-tensor.ts";
import { GraphError } from "../error.ts";
import { checkOptions } from "../model/check-network.ts";
import { fileTuningCache } from "../tuning/file-tuning-cache.ts";
import { describeMachine, tuningCachePath } from "../tuning/machine.ts";
import { nodeClocks } from "../tuning/measure.ts";
import { recordVariants, type VariantRecord } from "../tuning/record.ts";
import { type Tuner, withFastest } from "../tuning/tune.ts";
import { chooseDefault } from "../tuning/tuning-key.ts";
import { checkFeeds, checkInto, checkValues, type RunOptions } from "./feeds.ts";

export type { RunOptions } from "./feeds.ts";

import { lower } from "./lower.ts";

export interface CompileOptions {
  /**
   * `"cpu"` (in Node), `"webgpu"` (a GPU, in Node and in web pages) or `"wasm"` (everywhere). Default: the best available
   * device, which is the CPU in Node, and in a web page the GPU, or WebAssembly without a GPU.
   */
  readonly device?: DeviceName;
  /** Threads of the CPU or of WebAssembly, whose programs share those of the first program. Default 1. */
  readonly threads?: number;
  /**
   * Form of convolutions: in ONNX Runtime's blocked layout (`"blocked"`), or in standard ops (`"portable"`). Default:
   * blocked if the device has it and a small test gives correct results.
   */
  readonly lowering?: Lowering;
  /**
   * Measures the variants of convolutions on the CPU and uses the fastest; the tuning cache `downhill/lowerings.json` in
   * `$XDG_CACHE_HOME` or `~/.cache` keeps the result. Variants round differently: share this file, or use `variants`, for
   * bit-identical runs. If false, or if the file cannot be written, convolutions use their default variants. Default true.
   */
  readonly tune?: boolean;
  /**
   * Maximum time to measure the variants of a program, in seconds, the largest convolutions first. The others keep their
   * default variants, which the tuning cache records: only a program that sets this option measures them later. A full
   * search takes about 0.1 s for each shape. Default 0.5.
   */
  readonly tuneSeconds?: number;
  /** Variants to use. Variants that the record lacks are added to it. Default none. */
  readonly variants?: VariantRecord;
}

export type Lowering = "portable" | "blocked";

/** Names of the outputs that are not written to tensors on the device. */
type Arrays<Name extends string, Into> = string extends Name
  ? Name
  : { [K in Name]: Into extends Record<K, DeviceTensor> ? never : K }[Name];

/** A compiled graph. */
export interface Program<Name extends string = string> {
  /** Names, shapes and types of the inputs. */
  readonly inputs: readonly ValueInfo[];
  /** Names, shapes and types of the outputs. */
  readonly outputs: readonly ValueInfo[];
  /** Device that runs the program. */
  readonly device: DeviceName;
  /** Form of its convolutions. */
  readonly lowering: Lowering;
  /** Channels per block of the blocked layout; null for the portable lowering. */
  readonly block: number | null;
  /** A sentence that explains the choice of the device. */
  readonly deviceReason: string;
  /**
   * Runs the program once.
   * @param feeds inputs by name. A tensor on the device is not copied; a single number may be a number
   * @param into targets of outputs, by name: arrays, or tensors on the device, where the outputs then stay. Other outputs
   * are returned in new arrays
   * @param options `unused`: `"ignore"` accepts inputs that the program does not have; default `"error"`
   * @throws GraphError if an input is missing, unknown, or of the wrong type or size
   */
  run<Into extends Partial<Record<Name, Float32Array | DeviceTensor>> = Record<never, never>>(
    feeds: Readonly<Record<string, Values | number | DeviceTensor>>,
    into?: Into,
    options?: RunOptions,
  ): Promise<Record<Arrays<Name, Into>, Float32Array>>;
  /**
   * Copies the values of an input to the device. Every program on the device can read the tensor or write to it.
   * The caller disposes of the tensor.
   */
  upload(name: string, values: Values): Promise<DeviceTensor>;
  /** Frees the program's memory. Later runs throw. */
  dispose(): Promise<void>;
}

/**
 * Compiles tensors of a graph to a program that computes them.
 *
 * Compiling, and runs on `cpu` and `wasm`, block their thread, although `run` returns a promise: timers and events wait.
 * Train in a worker if they must keep firing, and create the network and the program there, since neither can be
 * transferred. Stop such a worker in Node by a message or a shared number: `terminate()` and `process.exit()` during a run
 * abort the whole process.
 * @throws GraphError if the device is unavailable or does not support all ops
 * @example
 * const x = input("x", [3]);
 * const program = await compile({ y: ops.sum(ops.mul(x, x)) });
 * const { y } = await program.run({ x: Float32Array.of(1, 2, 3) }); // [14]
 */
export async function compile<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  options: CompileOptions = {},
): Promise<Program<Name>> {
  const { device, reason, block, model, threads } = await lowerFor(outputs, options);
  const session: Session = await device.compile(model.bytes, { ...model, threads, optimize: !model.blocked });
  const known = new Set(model.inputs.map(({ name }) => name));
  let disposed = false;
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    device: device.name,
    lowering: block === null ? "portable" : "blocked",
    block,
    deviceReason: reason,
    async run(feeds, into, runOptions) {
      if (disposed) throw new GraphError("run: the program is disposed. Compile it again.");
      const given = checkFeeds(device.name, model.inputs, known, feeds, runOptions);
      const values = await session.run(given, checkInto(device.name, model.outputs, into ?? {}, given));
      return values as Record<Name, Float32Array>;
    },
    async upload(name, values) {
      const info = model.inputs.find((input) => input.name === name);
      if (!info) throw new GraphError(`upload: unknown input '${name}'. Expected ${[...known].join(", ")}.`);
      return device.upload(checkValues("upload", "input", info, values), info);
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.dispose();
    },
  };
}

/** Chooses the variants of a program that is compiled later, and adds them to the record. */
export async function chooseVariants(
  outputs: Readonly<Record<string, Tensor>>,
  options: CompileOptions,
): Promise<void> {
  await lowerFor(outputs, options);
}

/** Lowers a graph for a device, with recorded variants or else the fastest. */
async function lowerFor(
  outputs: Readonly<Record<string, Tensor>>,
  { threads = 1, tune = true, tuneSeconds, variants, ...options }: CompileOptions,
) {
  checkOutputs(outputs);
  checkNumber("compile", "threads", threads, isThreads, `a whole number from 1 to ${MAX_THREADS}`);
  checkNumber("compile", "tuneSeconds", tuneSeconds ?? 0, isSeconds, "a number of at least 0");
  const { device, reason } = await chooseDevice(options.device);
  const block = await chooseBlock(device, options.lowering);
  const form = { block, isForWebgpu: device.name === "webgpu" };
  const recorded = recordVariants(variants, (choose) => lower(outputs, { ...form, choose }));
  const tuner = tune && device.name === "cpu" ? await defaultTuner(device, threads, block, tuneSeconds) : null;
  const model = tuner ? await withFastest(tuner, recorded.lower) : recorded.lower(chooseDefault);
  recorded.add();
  return { device, reason, block, model, threads };
}

function checkOutputs(outputs: Readonly<Record<string, unknown>>): void {
  checkOptions("compile", outputs, "{ y }", "the outputs are");
  if (Object.keys(outputs).length === 0) throw new GraphError("compile: there is no output. Expected tensors by name.");
  for (const [name, output] of Object.entries(outputs)) {
    if (output instanceof Tensor) continue;
    throw new GraphError(`compile: the output '${name}' is ${kindOf(output)}. Expected a tensor.`);
  }
}

/** Creates a tuner that measures on a device and uses the tuning cache of the user. */
async function defaultTuner(
  device: Device,
  threads: number,
  block: number | null,
  seconds: number | undefined,
): Promise<Tuner> {
  const [path, machine] = [await tuningCachePath(), await describeMachine(threads, block)];
  return {
    device,
    machine,
    cache: fileTuningCache(path),
    options: { threads, optimize: block === null, now: nodeClocks },
    budget: { seconds: seconds ?? TUNE_SECONDS, measuresUnreached: seconds !== undefined },
  };
}

/** Default time to measure variants. A user who waits for the first step notices more. */
const TUNE_SECONDS = 0.5;
const isSeconds = (seconds: number): boolean => seconds >= 0;

/** ONNX Runtime itself has no limit and would exhaust the machine. */
const MAX_THREADS = 1024;
const isThreads = (threads: number): boolean => Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS;

/** Returns the block size of the requested lowering, or of the best that the device supports; null for standard ops. */
async function chooseBlock(device: Device, requested?: Lowering): Promise<number | null> {
  if (requested === "portable") return null;
  const { block, lack } = await blockSizeOf(device);
  if (lack === null || requested === undefined) return block;
  throw new GraphError(`compile: lowering = "blocked": ${lack}. Use "portable".`);
}
