import { dirname } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files/atomic.ts";
import { readSealedJson, sealJson } from "../files/sealed-json.ts";

const compiledSchema = z.object({
  version: z.literal(1),
  device: z.enum(["cpu", "webgpu", "wasm"]),
  lowering: z.enum(["portable", "blocked"]),
  block: z.number().int().positive().nullable(),
  threads: z.number().int().positive(),
  /** Fingerprint of the results of a small training step. */
  fingerprint: z.string().nullable(),
  /** Name of the processor, for messages. */
  processor: z.string(),
  /** Given settings of the run, to recognize the file of a killed run with the same settings. */
  given: z.record(z.string(), z.unknown()),
  /** Chosen kernel variants by tuning key. */
  variants: z.record(z.string(), z.string()),
});

/** Compilation settings of a run's programs: the contents of `compiled.json`. */
export type CompiledFacts = Readonly<z.infer<typeof compiledSchema>>;

/**
 * Reads the compilation settings of a run; null if there is no file, as in folders of older versions.
 * @throws TrainError if the file is damaged
 */
export function readCompiled(path: string): CompiledFacts | null {
  return readSealedJson(path, compiledSchema, [
    { act: "restore the file from a copy" },
    { resume: dirname(path), otherArithmetic: true },
  ]);
}

/** Writes the compilation settings. They are on the disk before any step depends on them. */
export function writeCompiled(path: string, facts: CompiledFacts): void {
  writeAtomically(path, sealJson(facts, 1));
}
