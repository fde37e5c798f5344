import {
  type CpuKernels,
  compile,
  type DeviceName,
  input,
  ops,
  probeCpuKernels,
  UnavailableDeviceError,
} from "@downhill/graph";

/** Result of a small program on a device. */
export interface DeviceTrial {
  readonly works: boolean;
  /** Reason why the device does not work; null if it works. */
  readonly reason: string | null;
  /** Kernels of the device cpu; null for other devices, and if the device does not work. */
  readonly kernels: CpuKernels | null;
}

// A process of its own for the device that its argument names: some drivers write to standard error, and some crash.
const device = process.argv[2] as DeviceName;
process.stdout.write(JSON.stringify(await tryDevice()));
// Some devices keep the process alive.
process.exit();

async function tryDevice(): Promise<DeviceTrial> {
  try {
    const x = input("x", [2]);
    const program = await compile({ y: ops.add(x, x) }, { device });
    const { y } = await program.run({ x: Float32Array.of(1, 2) });
    const works = y[0] === 2 && y[1] === 4;
    const kernels = works && device === "cpu" ? await probeCpuKernels() : null;
    return { works, reason: works ? null : `it computed ${y.join(", ")} instead of 2, 4`, kernels };
  } catch (error) {
    const reason = error instanceof UnavailableDeviceError ? error.lack : (error as Error).message;
    return { works: false, reason, kernels: null };
  }
}
