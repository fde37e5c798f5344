import { compile, type DeviceName, input, type Lowering, ops } from "@downhill/graph";
import type { Finding } from "./examine.ts";

const DEVICES: readonly DeviceName[] = ["cpu", "webgpu", "wasm"];

/** What each device of ONNX Runtime says to a small program. */
export async function examineDevices(): Promise<Finding[]> {
  const findings: Finding[] = [];
  let lowering: Lowering | null = null;
  for (const device of DEVICES) {
    const found = await tryDevice(device);
    if (device === "cpu") lowering = found.lowering;
    findings.push(found.finding);
  }
  return [...findings, convolutions(lowering)];
}

async function tryDevice(
  device: DeviceName,
): Promise<{ readonly finding: Finding; readonly lowering: Lowering | null }> {
  const name = `device ${device}`;
  const needed = device === "cpu";
  try {
    const x = input("x", [2]);
    const program = await compile({ y: ops.add(x, x) }, { device });
    const { y } = await program.run({ x: Float32Array.of(1, 2) });
    await program.dispose();
    const works = y[0] === 2 && y[1] === 4;
    const text = works
      ? `works${needed ? ": what is taken by default" : `: --device ${device}`}`
      : `computed ${y.join(", ")} for 2, 4`;
    return { finding: { name, state: works ? "good" : "bad", text }, lowering: program.lowering };
  } catch (error) {
    const reason = (error as Error).message
      .replace(/^compile: the device '\w+' cannot be used here: /, "")
      .replace(/: without a device's name, the best that works is taken$/, "");
    return { finding: { name, state: needed ? "bad" : "note", text: `cannot be used: ${reason}` }, lowering: null };
  }
}

function convolutions(lowering: Lowering | null): Finding {
  const name = "convolutions";
  return lowering === "blocked"
    ? { name, state: "good", text: "in ONNX Runtime's own layout, the fast way" }
    : {
        name,
        state: "note",
        text: "in standard ops, up to half as fast: ONNX Runtime's own layout needs a processor with AVX-512",
      };
}

/** How to add what does not come with the package. */
export const cuda = (): Finding => ({
  name: "CUDA",
  state: "note",
  text: "not used: on a GPU Downhill computes by --device webgpu. ONNX Runtime's CUDA files (Linux x64, CUDA 12) are not in its package; npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12 fetches them",
});
