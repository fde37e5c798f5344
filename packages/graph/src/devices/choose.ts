import { GraphError, UnavailableDeviceError } from "../error.ts";
import type { Device } from "./device.ts";
import type { DeviceName } from "./device-name.ts";
import { isNode } from "./import-in-node.ts";

/** A device, and a sentence that explains why it was chosen. */
export interface ChosenDevice {
  readonly device: Device;
  readonly reason: string;
}

/** A device of a platform. Lists of candidates start with the best. */
interface Candidate {
  readonly name: DeviceName;
  /** Reason for its rank after the candidates before it. */
  readonly drawback: string;
}

const IN_NODE: readonly Candidate[] = [
  { name: "cpu", drawback: "" },
  { name: "webgpu", drawback: "in Node it must be requested" },
  { name: "wasm", drawback: "it is slower" },
];

const IN_BROWSERS: readonly Candidate[] = [
  { name: "webgpu", drawback: "" },
  { name: "wasm", drawback: "it is slower" },
  { name: "cpu", drawback: "it runs only in Node" },
];

const LOAD: Readonly<Record<DeviceName, () => Promise<Device>>> = {
  cpu: async () => (await import("./cpu.ts")).cpu,
  webgpu: async () => (await import("./webgpu.ts")).webgpu,
  wasm: async () => (await import("./wasm.ts")).wasm,
};

/**
 * Returns the device of a name, or the best available device.
 * @throws GraphError if the name is unknown or the device is unavailable
 */
export async function chooseDevice(name?: DeviceName): Promise<ChosenDevice> {
  return name === undefined ? bestDevice(isNode ? IN_NODE : IN_BROWSERS) : deviceNamed(name);
}

async function deviceNamed(name: DeviceName): Promise<ChosenDevice> {
  if (!Object.hasOwn(LOAD, name)) {
    throw new GraphError(`compile: unknown device '${name}'. Expected one of ${Object.keys(LOAD).join(", ")}.`);
  }
  const device = await LOAD[name]();
  const lack = await device.unavailable();
  if (lack !== null) throw new UnavailableDeviceError(name, lack);
  return { device, reason: `${name}: requested` };
}

async function bestDevice(candidates: readonly Candidate[]): Promise<ChosenDevice> {
  const lacks: string[] = [];
  for (const [i, { name }] of candidates.entries()) {
    const device = await LOAD[name]();
    const lack = await device.unavailable();
    if (lack === null) {
      const others = [...lacks, ...candidates.slice(i + 1).map((other) => `not ${other.name}: ${other.drawback}`)];
      return { device, reason: [`${name}: the best available device`, ...others].join("; ") };
    }
    lacks.push(`not ${name}: ${lack}`);
  }
  throw new GraphError(`compile: no device is available: ${lacks.join("; ")}`);
}
