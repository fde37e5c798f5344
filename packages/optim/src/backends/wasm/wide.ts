import { type FunctionBody, SIMD_PREFIX, V128 } from "./assembler.ts";

const simd = (code: number): number => SIMD_PREFIX + code;

/** Instructions on float64 lanes, and others that elementwise kernels do not need. */
export const WIDE = {
  "f64.load": 0x2b,
  "f64.store": 0x39,
  "f64.add": 0xa0,
  "f64.max": 0xa5,
  "f32.demote_f64": 0xb6,
  "f32x4.splat": simd(0x13),
  "f64x2.gt": simd(0x4a),
  "f32x4.demote_f64x2_zero": simd(0x5e),
  "f64x2.promote_low_f32x4": simd(0x5f),
  "f64x2.nearest": simd(0x94),
  "i64x2.shl": simd(0xcb),
  "i64x2.shr_u": simd(0xcd),
  "f64x2.add": simd(0xf0),
  "f64x2.sub": simd(0xf1),
  "f64x2.mul": simd(0xf2),
  "f64x2.div": simd(0xf3),
  "f64x2.min": simd(0xf4),
  "f64x2.max": simd(0xf5),
} as const;

/** Moves the upper two of four float32 lanes down. */
export function highHalf(f: FunctionBody): void {
  const x = f.local(V128);
  f.tee(x).get(x).shuffle(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** Joins the lower two lanes of two vectors. */
export function joinLowHalves(f: FunctionBody): void {
  f.shuffle(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}
