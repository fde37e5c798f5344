import { KERNEL_CODE } from "./kernel-code.ts";

/** The functions of packages/images/kernels. Numbers are addresses in their memory, or counts. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  firstFree(): number;
  tableBytes(): number;
  buildTable(table: number, codes: number, ofCoefficients: boolean): number;
  readBits(file: number, end: number, into: number, starts: number, most: number): number;
  decodeScan(
    components: number,
    count: number,
    unitsAcross: number,
    unitsDown: number,
    restartInterval: number,
    starts: number,
  ): number;
  resample(
    plane: number,
    stride: number,
    columns: number,
    starts: number,
    weights: number,
    taps: number,
    count: number,
    into: number,
  ): void;
  toRgb(y: number, cb: number, cr: number, count: number, into: number): void;
  toBytes(plane: number, count: number, into: number): void;
}

/** Compiles the kernels, which takes about a millisecond, with a memory of their own. */
export function loadKernels(): Kernels {
  const module = new WebAssembly.Module(Buffer.from(KERNEL_CODE, "base64"));
  return new WebAssembly.Instance(module).exports as unknown as Kernels;
}

/** Bytes of a page of WebAssembly memory. */
const PAGE = 2 ** 16;

/** Makes the memory at least as large as needed. @throws RangeError if there is not so much memory */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}
