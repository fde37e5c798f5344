import { compile, type DeviceName, input, ops, UnavailableDeviceError } from "@downhill/graph";

/** Result of a small program on a device. */
export interface DeviceTrial {
  readonly works: boolean;
  /** Reason why the device does not work; null if it works. */
  readonly reason: string | null;
  readonly lowering: string | null;
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
    return { works, reason: works ? null : `it computed ${y.join(", ")} instead of 2, 4`, lowering: program.lowering };
  } catch (error) {
    const reason = error instanceof UnavailableDeviceError ? error.lack : (error as Error).message;
    return { works: false, reason, lowering: null };
  }
}
