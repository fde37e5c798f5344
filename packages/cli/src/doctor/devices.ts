import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DeviceTrial } from "./device-process.ts";
import type { Finding } from "./finding.ts";

const DEVICES = ["cpu", "webgpu", "wasm"] as const;
/** Milliseconds; compiling the first shader takes seconds on a slow machine. */
const TIMEOUT = 60_000;

/** What each device of ONNX Runtime says to a small program. */
export async function examineDevices(): Promise<Finding[]> {
  const trials = await Promise.all(DEVICES.map(tryInProcess));
  const findings = DEVICES.map((device, i) => finding(device, trials[i] as DeviceTrial));
  return [...findings, convolutions((trials[0] as DeviceTrial).lowering)];
}

async function tryInProcess(device: string): Promise<DeviceTrial> {
  const script = fileURLToPath(new URL("./device-process.js", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, device], { timeout: TIMEOUT });
    return JSON.parse(stdout) as DeviceTrial;
  } catch (error) {
    const { code, signal } = error as { readonly code?: unknown; readonly signal?: unknown };
    return { works: false, reason: `a small program ended with ${signal ?? code}`, lowering: null };
  }
}

function finding(device: string, { works, reason }: DeviceTrial): Finding {
  const name = `device ${device}`;
  const isDefault = device === "cpu";
  if (works) {
    return { name, state: "good", text: isDefault ? "works, and is the default" : `works: --device ${device}` };
  }
  return { name, state: isDefault ? "bad" : "note", text: `cannot be used: ${reason}` };
}

function convolutions(lowering: string | null): Finding {
  const name = "convolutions";
  return lowering === "blocked"
    ? { name, state: "good", text: "in ONNX Runtime's own layout, the fast way" }
    : {
        name,
        state: "note",
        text: "in standard ops, which take up to twice as long: ONNX Runtime's own layout needs a processor with AVX-512",
      };
}

export const cuda = (): Finding => ({
  name: "CUDA",
  state: "note",
  text: "not used. Use --device webgpu to compute on a GPU.",
});
