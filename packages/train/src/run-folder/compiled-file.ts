import { z } from "zod";
import { writeAtomically } from "../files/atomic.ts";
import { readSealedJson, sealJson } from "../files/sealed-json.ts";

const compiledSchema = z.object({
  version: z.literal(1),
  device: z.enum(["cpu", "webgpu", "wasm"]),
  lowering: z.enum(["portable", "blocked"]),
  block: z.number().int().positive().nullable(),
  threads: z.number().int().positive(),
  /** Of the results of a small training step. */
  fingerprint: z.string().nullable(),
  /** The processor's name, for messages. */
  processor: z.string(),
  /** The settings of the run, which show whether what a killed one has left is of the same run. */
  given: z.record(z.string(), z.unknown()),
  /** The chosen variants of convolutions by tuning key. */
  variants: z.record(z.string(), z.string()),
});

/** What the programs of a run are compiled with: the contents of `compiled.json`. */
export type CompiledFacts = Readonly<z.infer<typeof compiledSchema>>;

/**
 * Reads what a run's programs are compiled with; null where there is no such file, as in folders of older versions.
 * @throws TrainError where the file is damaged
 */
export function readCompiled(path: string): CompiledFacts | null {
  return readSealedJson(
    path,
    compiledSchema,
    "Restore it, or add --allow-other-arithmetic to resume the run without it",
  );
}

/** Writes it so that it is on the disk before any step depends on it. */
export function writeCompiled(path: string, facts: CompiledFacts): void {
  writeAtomically(path, sealJson(facts, 1));
}
