import { MIX_FIRST, MIX_SECOND, SITE_STRIDE } from "../../random.ts";
import type { ReduceOperator } from "../../rule/expression.ts";

const hex = (x: number): string => `0x${(x >>> 0).toString(16)}u`;

/** Counter-based random numbers, bit for bit those of `randomAt` in ../random.ts. */
export const random = (key: string): string => `
fn scramble(x: u32) -> u32 {
  var h = (x ^ (x >> 16u)) * ${hex(MIX_FIRST)};
  h = (h ^ (h >> 15u)) * ${hex(MIX_SECOND)};
  return h ^ (h >> 16u);
}

// Uniform in [0, 1), for one element and one place in the rule.
fn random(index: u32, site: u32) -> f32 {
  return f32(scramble(scramble(index + site * ${hex(SITE_STRIDE)}) ^ ${key}) >> 8u) * 0x1p-24f;
}
`;

/**
 * Cosine with an error of about 1e-6 for any x. WGSL guarantees `cos` to 2^-11 from -pi to pi only. As in
 * ../functions.ts: cos(x) = 1 - 2 sin(x / 2)^2, with x reduced to one turn around 0.
 */
export const cosine = (): string => `
fn cosine(x: f32) -> f32 {
  let turns = x * 0.15915494;
  let half = 3.1415927 * (turns - round(turns));
  let t = half * half;
  let sine = half * (1.0 - t / 6.0 * (1.0 - t / 20.0 * (1.0 - t / 42.0 * (1.0 - t / 72.0 * (1.0 - t / 110.0)))));
  return 1.0 - 2.0 * sine * sine;
}
`;

/**
 * Logarithm with the right sign near 1: there the error that WGSL allows exceeds the logarithm, and the root of a wrong
 * sign would be NaN.
 */
export const logarithm = (): string => `
fn logarithm(x: f32) -> f32 {
  let y = log(x);
  return select(y, 0.0, (x - 1.0) * y <= 0.0);
}
`;

/** Reduction over all lanes of a workgroup, always in the same order. */
export const acrossWorkgroup = (name: string, workgroupSize: number, op: ReduceOperator): string => `
fn ${name}(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  lanes[lane] = value;
  for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      lanes[lane] = ${op === "max" ? "max(lanes[lane], lanes[lane + half])" : "lanes[lane] + lanes[lane + half]"};
    }
  }
  workgroupBarrier();
  return lanes[0];
}
`;

export const lanes = (workgroupSize: number): string => `
var<workgroup> lanes: array<f32, ${workgroupSize}>;
`;

export const tiles = (side: number): string => `
var<workgroup> leftTile: array<array<f32, ${side}>, ${side}>;
var<workgroup> rightTile: array<array<f32, ${side}>, ${side}>;
`;
