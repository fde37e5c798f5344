import { expect, test } from "vitest";
import { kernelsOf } from "../src/doctor/kernels.ts";

const FASTEST = "These are the fastest kernels: standard ops take up to twice as long.";
const NARROW = "Expect at least twice the time per step of a processor with AVX2 or AVX-512.";

test.each([
  ["avx512f", 16, `in ONNX Runtime's blocked layout with AVX-512, in blocks of 16 channels. ${FASTEST}`],
  ["avx2", 8, `in ONNX Runtime's blocked layout with AVX2, in blocks of 8 channels. ${FASTEST}`],
  ["avx", 8, `in ONNX Runtime's blocked layout with AVX, in blocks of 8 channels. ${NARROW}`],
  ["sse4_2", 8, `in ONNX Runtime's blocked layout with SSE4.2, in blocks of 8 channels. ${NARROW}`],
  [null, 8, `in ONNX Runtime's blocked layout, in blocks of 8 channels. ${FASTEST}`],
])("doctor names the kernels of a processor with %s and blocks of %d channels", (instructionSet, block, text) => {
  const facts = { instructionSet, block, lack: null };
  expect(kernelsOf(facts)).toEqual({ name: "convolutions", state: "good", text, facts });
});

test("doctor explains why a processor gets standard ops", () => {
  const facts = { instructionSet: "asimd", block: null, lack: "it is not in this build of ONNX Runtime" };
  const text =
    "in standard ops with NEON, not in ONNX Runtime's blocked layout: it is not in this build of ONNX Runtime. Expect up to twice the time per step of a processor with the layout.";
  expect(kernelsOf(facts)).toEqual({ name: "convolutions", state: "note", text, facts });
  expect(kernelsOf(null)).toMatchObject({ state: "note", text: "unknown: the device cpu does not work" });
});
