import fc from "fast-check";
import { expect, test } from "vitest";
import { broadcast, sizeOf } from "../src/core/shape.ts";
import { constant, gradients, input, ops, type Tensor } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";

const size = fc.integer({ min: 1, max: 3 });

/** Two shapes of up to four axes that broadcast. */
const pairs = fc.array(fc.record({ size, a: fc.boolean(), b: fc.boolean() }), { maxLength: 4 }).chain((axes) =>
  fc.record({
    a: fc.nat(axes.length).map((from) => axes.slice(from).map((axis) => (axis.a ? axis.size : 1))),
    b: fc.nat(axes.length).map((from) => axes.slice(from).map((axis) => (axis.b ? axis.size : 1))),
  }),
);

const numbers = (count: number, salt: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + salt));

const feedsOf = (inputs: readonly Tensor[]): Record<string, Float64Array> =>
  Object.fromEntries(inputs.map(({ shape }, i) => ["ab"[i], numbers(sizeOf(shape), i)]));

test("operands broadcast as in NumPy, as if each were expanded before, and gradients are summed to the operands", () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom(ops.add, ops.sub, ops.mul, ops.maximum), (shapes, of) => {
      const [a, b] = [input("a", shapes.a), input("b", shapes.b)];
      const shape = broadcast(shapes.a, shapes.b) as readonly number[];
      const weights = constant(Float32Array.from(numbers(sizeOf(shape), 9)), shape);
      const direct = of(a, b);
      // The sum with zeros of the full shape keeps the expansion, which would be omitted where the op broadcasts.
      const whole = constant(new Float32Array(sizeOf(shape)), shape);
      const expanded = of(ops.add(a, whole), ops.add(b, whole));
      expect(direct.shape).toEqual(shape);
      const grads = [direct, expanded].map((y) => gradients(ops.sum(ops.mul(y, weights)), [a, b]));
      expect(grads[0]?.map((slope) => slope.shape)).toEqual([shapes.a, shapes.b]);
      const values = evaluate([direct, expanded, ...grads.flat()], feedsOf([a, b])).map((x) => Array.from(x));
      expect(values[1]).toEqual(values[0]);
      for (const [i, value] of (values[4] as number[]).entries())
        expect(value).toBeCloseTo(values[2]?.[i] as number, 12);
      for (const [i, value] of (values[5] as number[]).entries())
        expect(value).toBeCloseTo(values[3]?.[i] as number, 12);
    }),
  );
});

test("an expansion is omitted where the op broadcasts", () => {
  const [a, b] = [input("a", [3, 1]), input("b", [2, 3, 4])];
  expect(ops.mul(ops.expand(a, [2, 3, 4]), b).inputs).toEqual([a, b]);
  expect(ops.mul(b, ops.expand(a, [2, 3, 4])).inputs).toEqual([b, a]);
  const both = ops.mul(ops.expand(a, [2, 3, 4]), ops.expand(a, [2, 3, 4]));
  expect(both.shape).toEqual([2, 3, 4]);
});

test("a slice selects the elements that Python selects, and its gradient restores their positions", () => {
  const index = fc.integer({ min: -8, max: 8 });
  const step = fc.integer({ min: -3, max: 3 }).filter((value) => value !== 0);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), index, index, step, (count, start, end, by) => {
      const chosen = python(count, start, end, by);
      fc.pre(chosen.length > 0);
      const x = input("a", [2, count]);
      const y = ops.slice(x, { starts: [start], ends: [end], axes: [1], steps: [by] });
      const [slope] = gradients(ops.sum(ops.mul(y, y)), [x]) as [Tensor];
      const [values, back] = evaluate([y, slope], { a: Array.from({ length: 2 * count }, (_, i) => i + 1) });
      expect(Array.from(values ?? [])).toEqual([...chosen.map((i) => i + 1), ...chosen.map((i) => count + i + 1)]);
      const expected = Array.from({ length: 2 * count }, (_, i) => (chosen.includes(i % count) ? 2 * (i + 1) : 0));
      expect(Array.from(back ?? [])).toEqual(expected);
    }),
  );
});

/** Indices of `range(count)[start:end:step]`, computed one by one. */
function python(count: number, start: number, end: number, step: number): number[] {
  const chosen: number[] = [];
  const [first, last] = [start, end].map((index) => (index < 0 ? index + count : index)) as [number, number];
  for (let i = step > 0 ? Math.max(first, 0) : Math.min(first, count - 1); step > 0 ? i < last : i > last; i += step) {
    if (i < 0 || i >= count) break;
    chosen.push(i);
  }
  return chosen;
}

test("a slice of a concatenation or of a padded tensor is the original tensor", () => {
  fc.assert(
    fc.property(
      fc.array(size, { minLength: 1, maxLength: 3 }),
      fc.nat(2),
      fc.nat(2),
      size,
      (shape, at, before, after) => {
        const axis = at % shape.length;
        const [a, b] = [
          input("a", shape),
          input(
            "b",
            shape.map((n, i) => (i === axis ? after : n)),
          ),
        ];
        const own = shape[axis] as number;
        const joined = ops.concat([a, b, a], axis);
        const part = ops.slice(joined, { starts: [own], ends: [own + after], axes: [axis] });
        const framed = ops.pad(
          b,
          shape.map((_, i) => (i === axis ? [before, own] : [0, 0])),
          { value: 9 },
        );
        const inside = ops.slice(framed, { starts: [before], ends: [before + after], axes: [axis] });
        const [first, second, expected] = evaluate([part, inside, b], feedsOf([a, b]));
        expect(Array.from(first ?? [])).toEqual(Array.from(expected ?? []));
        expect(Array.from(second ?? [])).toEqual(Array.from(expected ?? []));
      },
    ),
  );
});
