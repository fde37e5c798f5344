import { blockedWorks } from "../blocked/probe.ts";
import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import { chooseDevice } from "../devices/choose.ts";
import type { Device, Session } from "../devices/device.ts";
import type { DeviceName } from "../devices/device-name.ts";
import type { DeviceTensor } from "../devices/device-tensor.ts";
import { GraphError } from "../error.ts";
import { fileTuningCache } from "../tuning/file-tuning-cache.ts";
import { describeMachine, tuningCachePath } from "../tuning/machine.ts";
import { recordVariants, type VariantRecord } from "../tuning/record.ts";
import { type Tuner, withFastest } from "../tuning/tune.ts";
import { chooseDefault } from "../tuning/tuning-key.ts";
import { checkFeeds, checkInto, checkValues } from "./feeds.ts";
import { lower } from "./lower.ts";

export interface CompileOptions {
  /**
   * What runs it: `"cpu"` (in Node), `"webgpu"` (a GPU, in Node and in pages) or `"wasm"` (everywhere). Default: the best
   * that works; in Node that is the CPU, and in a page the GPU, or WebAssembly where there is none.
   */
  readonly device?: DeviceName;
  /** Default 1; of the CPU and of WebAssembly, where the first program's are shared by all. */
  readonly threads?: number;
  /**
   * How convolutions are written: in ONNX Runtime's own layout (`"blocked"`), or in standard ops alone (`"portable"`).
   * Default: blocked where the device computes it right, which is tried once.
   */
  readonly lowering?: Lowering;
  /**
   * Whether, on the CPU, the fastest of several ways to compute a convolution is found by measuring: once for each shape,
   * which takes about a tenth of a second, and remembered in `downhill/lowerings.json` in `$XDG_CACHE_HOME` or `~/.cache`.
   * The ways round differently: the same bits in two runs need the same file, or `variants`. Default true. Without it, and
   * where that file cannot be written, the way is taken that is usually the fastest.
   */
  readonly tune?: boolean;
  /** A record of the variants to use, which is completed; default none. */
  readonly variants?: VariantRecord;
}

export type Lowering = "portable" | "blocked";

/** The outputs that are not written to tensors on the device, as far as their names are known. */
type Arrays<Name extends string, Into> = string extends Name
  ? Name
  : { [K in Name]: Into extends Record<K, DeviceTensor> ? never : K }[Name];

/** A compiled graph. */
export interface Program<Name extends string = string> {
  /** What it takes: shapes and types by name. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Which device runs it, and how convolutions were written. */
  readonly device: DeviceName;
  readonly lowering: Lowering;
  /** Why that device was taken, and why the others were not. */
  readonly deviceReason: string;
  /**
   * Runs it once. One number may be given as a number.
   * @param feeds inputs by name; tensors that are on the device are not copied to it
   * @param into arrays to write outputs to, by name, or tensors on the device, where outputs then stay; the others are
   * returned in new arrays
   * @throws GraphError where an input is missing, unknown, or not of its type and size
   */
  run<Into extends Partial<Record<Name, Float32Array | DeviceTensor>> = Record<never, never>>(
    feeds: Readonly<Record<string, Values | number | DeviceTensor>>,
    into?: Into,
  ): Promise<Record<Arrays<Name, Into>, Float32Array>>;
  /**
   * Copies an input's numbers to the device, to be given to any program there as often as wanted, or to be written to.
   * The tensor is yours to dispose of.
   */
  upload(name: string, values: Values): Promise<DeviceTensor>;
  /** Frees its memory; running it afterwards is an error. */
  dispose(): Promise<void>;
}

/**
 * Compiles tensors of a graph to a program that computes them.
 *
 * While a program runs on `cpu` or `wasm`, or compiles, its thread does nothing else, although `run` is a promise: timers
 * and events wait. Where they must not, put the whole loop into a worker thread, or a page's module worker, and create
 * the network and compile there: neither can be handed over. Such a thread in Node has to end by itself, asked by a
 * message or a shared number: `terminate()` and `process.exit()` during a run bring down the whole process.
 * @throws GraphError where the device is not there, or cannot run all of it
 * @example
 * const x = input("x", [3]);
 * const program = await compile({ y: ops.sum(ops.mul(x, x)) });
 * const { y } = await program.run({ x: Float32Array.of(1, 2, 3) }); // [14]
 */
export async function compile<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  options: CompileOptions = {},
): Promise<Program<Name>> {
  const { device, reason, lowering, model, threads } = await lowerFor(outputs, options);
  const session: Session = await device.compile(model.bytes, { ...model, threads, optimize: !model.blocked });
  const known = new Set(model.inputs.map(({ name }) => name));
  let disposed = false;
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    device: device.name,
    lowering,
    deviceReason: reason,
    async run(feeds, into) {
      if (disposed) throw new GraphError("run: the program was disposed of");
      const given = checkFeeds(device.name, model.inputs, known, feeds);
      const values = await session.run(given, checkInto(device.name, model.outputs, into ?? {}, given));
      return values as Record<Name, Float32Array>;
    },
    async upload(name, values) {
      const info = model.inputs.find((input) => input.name === name);
      if (!info) throw new GraphError(`upload: there is no input '${name}': known are: ${[...known].join(", ")}`);
      return device.upload(checkValues("upload", "input", info, values), info);
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.dispose();
    },
  };
}

/** Chooses the variants of a program that will be compiled later, so that its record has them. */
export async function chooseVariants(
  outputs: Readonly<Record<string, Tensor>>,
  options: CompileOptions,
): Promise<void> {
  await lowerFor(outputs, options);
}

/** Lowers a graph for a device, with the variants that are recorded or the fastest. */
async function lowerFor(
  outputs: Readonly<Record<string, Tensor>>,
  { threads = 1, tune = true, variants, ...options }: CompileOptions,
) {
  checkNumber("compile", "threads", threads, isThreads, `a whole number from 1 to ${MOST_THREADS}`);
  const { device, reason } = await chooseDevice(options.device);
  const lowering = await chooseLowering(device, options.lowering);
  const recorded = recordVariants(variants, (choose) => lower(outputs, { blocked: lowering === "blocked", choose }));
  const tuner = tune && device.name === "cpu" ? await defaultTuner(device, threads, lowering === "portable") : null;
  const model = tuner ? await withFastest(tuner, recorded.lower) : recorded.lower(chooseDefault);
  recorded.add();
  return { device, reason, lowering, model, threads };
}

/** Measures on a device, and remembers in the user's folder. */
async function defaultTuner(device: Device, threads: number, optimize: boolean): Promise<Tuner> {
  const [path, machine] = [await tuningCachePath(), await describeMachine(threads)];
  return { device, machine, cache: fileTuningCache(path), options: { threads, optimize } };
}

/** ONNX Runtime starts as many as it is told to, whatever the machine can take. */
const MOST_THREADS = 1024;
const isThreads = (threads: number): boolean => Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS;

const probes = new Map<Device, Promise<boolean>>();

/** The lowering that is asked for, or the best that works. */
async function chooseLowering(device: Device, asked?: Lowering): Promise<Lowering> {
  if (asked === "portable") return asked;
  const lack = await whyNotBlocked(device);
  if (lack === null) return "blocked";
  if (asked === undefined) return "portable";
  throw new GraphError(`compile: lowering = "blocked": ${lack}: expected "portable"`);
}

async function whyNotBlocked(device: Device): Promise<string | null> {
  if (device.name !== "cpu") return `the device '${device.name}' has no such`;
  const probe = probes.get(device) ?? blockedWorks(device);
  probes.set(device, probe);
  return (await probe) ? null : "this processor does not compute it right";
}
