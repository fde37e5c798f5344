import { MIX_FIRST, MIX_SECOND, SITE_STRIDE } from "../../random.ts";
import { type FunctionBody, SIMD_PREFIX, V128 } from "./assembler.ts";

const [SPLAT, SHIFT_RIGHT, ADD, MULTIPLY, XOR] = [0x11, 0xad, 0xae, 0xb5, 0x51].map((code) => SIMD_PREFIX + code) as [
  number,
  number,
  number,
  number,
  number,
];
const CONVERT = SIMD_PREFIX + 0xfb;

/** Emits `randomAt` of ../random.ts in four lanes. */
export function emitRandom(
  f: FunctionBody,
  site: number,
  firstLane: number,
  keyLocal: number,
  pushIndex: () => void,
): void {
  const x = f.local(V128);
  const constant = (value: number): void => void f.vector(new Int32Array(4).fill(value));
  const xorShifted = (bits: number): void => void f.get(x).get(x).i32(bits).op(SHIFT_RIGHT, XOR);
  const mix = (): void => {
    xorShifted(16);
    constant(MIX_FIRST);
    f.op(MULTIPLY).set(x);
    xorShifted(15);
    constant(MIX_SECOND);
    f.op(MULTIPLY).set(x);
    xorShifted(16);
    f.set(x);
  };
  pushIndex();
  f.op(SPLAT);
  f.vector(Int32Array.from([0, 1, 2, 3], (lane) => (lane + firstLane + Math.imul(site, SITE_STRIDE)) | 0));
  f.op(ADD).set(x);
  mix();
  f.get(x).get(keyLocal).op(SPLAT, XOR).set(x);
  mix();
  f.get(x).i32(8).op(SHIFT_RIGHT, CONVERT);
  f.vector(new Float32Array(4).fill(2 ** -24)).op("f32x4.mul");
}
