import { blockedWorks } from "./blocked/probe.ts";
import type { Device, Session, ValueInfo, Values } from "./devices/device.ts";
import { GraphError } from "./error.ts";
import { lower } from "./lower.ts";
import { showShape, sizeOf } from "./shape.ts";
import type { DType, Tensor } from "./tensor.ts";

export interface CompileOptions {
  /** Default `"cpu"`. */
  readonly device?: "cpu";
  /** Default 1. */
  readonly threads?: number;
  /**
   * How convolutions are written: in ONNX Runtime's own layout (`"blocked"`), or in standard ops alone (`"portable"`).
   * Default: blocked where the device computes it right, which is tried once.
   */
  readonly lowering?: Lowering;
}

export type Lowering = "portable" | "blocked";

/** A compiled graph. */
export interface Program<Name extends string = string> {
  /** What it takes: shapes and types by name. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Which device runs it, and how convolutions were written. */
  readonly device: string;
  readonly lowering: Lowering;
  /**
   * Runs it once. One number may be given as a number.
   * @param into arrays to write outputs to, by name; the others are returned in new ones
   * @throws GraphError where an input is missing, unknown, or not of its type and size
   */
  run<Into extends Partial<Record<Name, Float32Array>> = Record<never, never>>(
    feeds: Readonly<Record<string, Values | number>>,
    into?: Into,
  ): Promise<Record<Name, Float32Array>>;
  /** Frees its memory; running it afterwards is an error. */
  dispose(): Promise<void>;
}

/**
 * Compiles tensors of a graph to a program that computes them.
 * @example
 * const x = input("x", [3]);
 * const program = await compile({ y: ops.sum(ops.mul(x, x)) });
 * const { y } = await program.run({ x: Float32Array.of(1, 2, 3) }); // [14]
 */
export async function compile<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  { device = "cpu", threads = 1, ...options }: CompileOptions = {},
): Promise<Program<Name>> {
  const runner = await deviceNamed(device);
  const lowering = options.lowering ?? (await bestLowering(runner));
  const model = lower(outputs, { blocked: lowering === "blocked" });
  const session: Session = await runner.compile(model.bytes, { ...model, threads, optimize: lowering === "portable" });
  let disposed = false;
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    device: runner.name,
    lowering,
    async run(feeds, into) {
      if (disposed) throw new GraphError("run: the program was disposed of");
      const values = await session.run(checkFeeds(model.inputs, feeds), checkInto(model.outputs, into ?? {}));
      return values as Record<Name, Float32Array>;
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.dispose();
    },
  };
}

async function deviceNamed(name: string): Promise<Device> {
  if (name === "cpu") return (await import("./devices/cpu.ts")).cpu;
  throw new GraphError(`compile: unknown device '${name}': known are: cpu`);
}

const probes = new Map<Device, Promise<boolean>>();

async function bestLowering(device: Device): Promise<Lowering> {
  const probe = probes.get(device) ?? blockedWorks(device);
  probes.set(device, probe);
  return (await probe) ? "blocked" : "portable";
}

const ARRAYS: Readonly<Record<DType, new (length: number) => Values>> = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function checkFeeds(
  inputs: readonly ValueInfo[],
  feeds: Readonly<Record<string, Values | number>>,
): Record<string, Values> {
  const unknown = Object.keys(feeds).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    throw new GraphError(
      `run: there is no input '${unknown}': known are: ${inputs.map(({ name }) => name).join(", ")}`,
    );
  }
  return Object.fromEntries(inputs.map((info) => [info.name, checkValues("input", info, feeds[info.name])]));
}

function checkInto(
  outputs: readonly ValueInfo[],
  into: Readonly<Record<string, Values | undefined>>,
): Record<string, Values> {
  const checked: Record<string, Values> = {};
  for (const [name, values] of Object.entries(into)) {
    const info = outputs.find((output) => output.name === name);
    if (!info)
      throw new GraphError(
        `run: there is no output '${name}': known are: ${outputs.map((output) => output.name).join(", ")}`,
      );
    checked[name] = checkValues("output", info, values);
  }
  return checked;
}

function checkValues(what: string, { name, shape, dtype }: ValueInfo, given: Values | number | undefined): Values {
  const expected = `expected ${ARRAYS[dtype].name} of ${sizeOf(shape)}, for ${dtype} ${showShape(shape)}`;
  if (given === undefined) throw new GraphError(`run: the ${what} '${name}' is missing: ${expected}`);
  const values = typeof given === "number" ? new ARRAYS[dtype](1).fill(given) : given;
  if (!(values instanceof ARRAYS[dtype]) || values.length !== sizeOf(shape)) {
    const found = ArrayBuffer.isView(values)
      ? `${(values as Values).constructor.name} of ${(values as Values).length}`
      : typeof values;
    throw new GraphError(`run: the ${what} '${name}' is ${found}: ${expected}`);
  }
  return values;
}
