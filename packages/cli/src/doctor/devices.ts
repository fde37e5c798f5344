import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DeviceTrial } from "./device-process.ts";
import type { Finding } from "./finding.ts";
import { kernelsOf } from "./kernels.ts";

const DEVICES = ["cpu", "webgpu", "wasm"] as const;
/** Milliseconds; compiling the first shader takes seconds on a slow machine. */
const TIMEOUT = 60_000;

/** Runs a small program on each device of ONNX Runtime. */
export async function examineDevices(): Promise<Finding[]> {
  const trials = await Promise.all(DEVICES.map(async (device) => ({ device, ...(await tryInProcess(device)) })));
  const onCpu = trials.find(({ device }) => device === "cpu");
  return [...trials.map(finding), kernelsOf(onCpu?.kernels ?? null)];
}

async function tryInProcess(device: string): Promise<DeviceTrial> {
  const script = fileURLToPath(new URL("./device-process.js", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, device], { timeout: TIMEOUT });
    return JSON.parse(stdout);
  } catch (error) {
    const { code, signal } = error as { readonly code?: unknown; readonly signal?: unknown };
    return { works: false, reason: `a test program ended with ${signal ?? code}`, kernels: null };
  }
}

function finding({ device, works, reason }: DeviceTrial & { readonly device: string }): Finding {
  const name = `device ${device}`;
  const isDefault = device === "cpu";
  if (works) {
    return { name, state: "good", text: isDefault ? "works (default)" : `works (--device ${device})` };
  }
  return { name, state: isDefault ? "bad" : "note", text: `unavailable: ${reason}` };
}

export const cuda = (): Finding => ({
  name: "CUDA",
  state: "note",
  text: "not used. Use --device webgpu to compute on a GPU.",
});
