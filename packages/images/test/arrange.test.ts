import fc from "fast-check";
import { expect, test } from "vitest";
import { arrange } from "../src/reading/arrange.ts";

test("items in any order, some of them left out, are moved to the start", () => {
  const orders = fc.integer({ min: 0, max: 12 }).chain((count) => {
    const indices = [...new Array(count).keys()];
    return fc.tuple(fc.constant(count), fc.shuffledSubarray(indices));
  });
  fc.assert(
    fc.property(orders, ([count, order]) => {
      const bytes = Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : 100 + i));
      arrange(bytes, order, 2);
      expect([...bytes.subarray(0, 2 * order.length)]).toEqual(order.flatMap((index) => [index, 101 + 2 * index]));
    }),
    { seed: 23 },
  );
});
