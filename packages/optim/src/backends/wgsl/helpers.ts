import { MIX_FIRST, MIX_SECOND, SITE_STRIDE } from "../random.ts";

const hex = (x: number): string => `0x${(x >>> 0).toString(16)}u`;

/** Counter-based random numbers, bit for bit as `randomAt` of ../random.ts. */
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

/** One result of all lanes of a workgroup, in an order that never changes. */
export const acrossWorkgroup = (name: string, workgroupSize: number, combine: (a: string, b: string) => string): string => `
fn ${name}(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  lanes[lane] = value;
  for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      lanes[lane] = ${combine("lanes[lane]", "lanes[lane + half]")};
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
