import { GraphError } from "../error.ts";
import type { Device } from "./device.ts";
import type { DeviceName } from "./device-name.ts";
import { isNode } from "./import-in-node.ts";

/** A device, and a sentence that says why it and no other. */
export interface Choice {
  readonly device: Device;
  readonly reason: string;
}

/** Devices of a platform, the best first. */
interface Candidate {
  readonly name: DeviceName;
  /** Why it comes after those before it. */
  readonly behind: string;
}

const IN_NODE: readonly Candidate[] = [
  { name: "cpu", behind: "" },
  { name: "webgpu", behind: "in Node it is taken where it is asked for" },
  { name: "wasm", behind: "it is slower" },
];

const IN_PAGES: readonly Candidate[] = [
  { name: "webgpu", behind: "" },
  { name: "wasm", behind: "it is slower" },
  { name: "cpu", behind: "it runs in Node, and not in a page" },
];

const LOAD: Readonly<Record<DeviceName, () => Promise<Device>>> = {
  cpu: async () => (await import("./cpu.ts")).cpu,
  webgpu: async () => (await import("./webgpu.ts")).webgpu,
  wasm: async () => (await import("./wasm.ts")).wasm,
};

/**
 * The device of a name, or the best that works.
 * @throws GraphError where no device has that name, or it cannot be used here
 */
export async function chooseDevice(name?: DeviceName): Promise<Choice> {
  return name === undefined ? bestDevice(isNode ? IN_NODE : IN_PAGES) : deviceNamed(name);
}

async function deviceNamed(name: DeviceName): Promise<Choice> {
  if (!Object.hasOwn(LOAD, name)) {
    throw new GraphError(`compile: unknown device '${name}': known are: ${Object.keys(LOAD).join(", ")}`);
  }
  const device = await LOAD[name]();
  const lack = await device.unavailable();
  if (lack !== null) {
    throw new GraphError(
      `compile: the device '${name}' cannot be used here: ${lack}: without a device's name, the best that works is taken`,
    );
  }
  return { device, reason: `${name}: it was asked for` };
}

async function bestDevice(candidates: readonly Candidate[]): Promise<Choice> {
  const lacks: string[] = [];
  for (const [i, { name }] of candidates.entries()) {
    const device = await LOAD[name]();
    const lack = await device.unavailable();
    if (lack === null) {
      const others = [...lacks, ...candidates.slice(i + 1).map((other) => `not ${other.name}: ${other.behind}`)];
      return { device, reason: [`${name}: the best that works here`, ...others].join("; ") };
    }
    lacks.push(`not ${name}: ${lack}`);
  }
  throw new GraphError(`compile: no device can be used here: ${lacks.join("; ")}`);
}
