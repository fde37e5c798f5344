import { type Arithmetic, apply, type FunctionName } from "../functions.ts";
import { type FunctionBody, type ModuleBuilder, V128 } from "./assembler.ts";
import { highHalf, joinLowHalves, WIDE } from "./wide.ts";

/** Returns the arithmetic on locals that hold two float64 lanes. */
function lanes(f: FunctionBody): Arithmetic<number> {
  const local = (emit: () => void): number => {
    emit();
    const result = f.local(V128);
    f.set(result);
    return result;
  };
  const binary = (op: number) => (a: number, b: number) => local(() => f.get(a).get(b).op(op));
  const constants = new Map<string, number>();
  const bits = (value: bigint) => () => f.vector(new BigInt64Array(2).fill(value));
  const constant = (value: number): number => {
    const key = Object.is(value, -0) ? "-0" : String(value);
    const known = constants.get(key) ?? local(() => f.vector(new Float64Array(2).fill(value)));
    constants.set(key, known);
    return known;
  };
  const EXPONENT_OF_2_52 = 0x4330000000000000n;
  return {
    constant,
    add: binary(WIDE["f64x2.add"]),
    sub: binary(WIDE["f64x2.sub"]),
    mul: binary(WIDE["f64x2.mul"]),
    div: binary(WIDE["f64x2.div"]),
    min: binary(WIDE["f64x2.min"]),
    max: binary(WIDE["f64x2.max"]),
    nearest: (a) => local(() => f.get(a).op(WIDE["f64x2.nearest"])),
    // A whole number added to 2^52 is in the low bits; shifted up, it is the exponent.
    powerOfTwo: (n) =>
      local(() =>
        f
          .get(n)
          .get(constant(2 ** 52 + 1023))
          .op(WIDE["f64x2.add"])
          .i32(52)
          .op(WIDE["i64x2.shl"]),
      ),
    exponent: (x) =>
      local(() => {
        f.get(x).i32(52).op(WIDE["i64x2.shr_u"]);
        bits(EXPONENT_OF_2_52)();
        f.op("v128.or")
          .get(constant(2 ** 52 + 1023))
          .op(WIDE["f64x2.sub"]);
      }),
    mantissa: (x) =>
      local(() => {
        f.get(x);
        bits(0x000fffffffffffffn)();
        f.op("v128.and");
        bits(0x3ff0000000000000n)();
        f.op("v128.or");
      }),
    selectGreater: (a, b, yes, no) =>
      local(() => f.get(yes).get(no).get(a).get(b).op(WIDE["f64x2.gt"], "v128.bitselect")),
  };
}

/**
 * Replaces the four float32 on the stack (for `pow`, the two vectors) by a function of them. A function of the module
 * computes two lanes in float64 and is called for each half.
 */
export function elementFunction(module: ModuleBuilder, f: FunctionBody, name: FunctionName): void {
  const parameters = name === "pow" ? 2 : 1;
  const index = module.helper(name, parameters, (helper) => {
    helper.get(apply(name, lanes(helper), 0, 1));
  });
  const inputs = Array.from({ length: parameters }, () => f.local(V128));
  for (const input of [...inputs].reverse()) f.set(input);
  for (const half of [0, 1]) {
    for (const input of inputs) {
      f.get(input);
      if (half === 1) highHalf(f);
      f.op(WIDE["f64x2.promote_low_f32x4"]);
    }
    f.call(index).op(WIDE["f32x4.demote_f64x2_zero"]);
  }
  joinLowHalves(f);
}
