import { expect } from "vitest";
import type { Ended } from "./downhill.ts";

/** Expects one message without a stack, and nothing on the standard output. */
export function expectRefusal({ status, stdout, stderr }: Ended, expected: number, message: string | RegExp): void {
  expect({ status, stdout }, stderr).toEqual({ status: expected, stdout: "" });
  expect(stderr).not.toMatch(/^ {4}at /m);
  // No line of our code: it is not the user's.
  expect(stderr).not.toMatch(/\(at .*:\d+:\d+\)/);
  const printed = stderr.split("\n").filter((line) => line.startsWith("Error: "));
  expect(printed).toHaveLength(1);
  if (typeof message === "string") expect(printed[0]).toContain(message);
  else expect(printed[0]).toMatch(message);
}
