import { cpus } from "node:os";
import { type Arithmetic, GraphError, probeArithmetic } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import { TrainError } from "../error.ts";
import { type CompiledFacts, readCompiled, writeCompiled } from "../run-folder/compiled-file.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import type { Compiling } from "../training/compiling.ts";
import type { RunControl } from "./control.ts";
import { versions } from "./versions.ts";

interface ArithmeticOptions {
  readonly paths: RunPaths;
  readonly given: GivenConfig;
  readonly config: RunConfig;
  /** Facts of a resumed run; null for a new one. */
  readonly known: RunFacts | null;
  /** True if the run may be resumed with rounding that differs from an uninterrupted run. */
  readonly allowOther: boolean;
  readonly emit: RunControl["emit"];
}

/**
 * Determines the compilation settings of a run's programs and records them in the run folder: device, layout and each
 * variant chosen by measurement. A resumed run uses the recorded settings.
 * @throws TrainError if a run is resumed on a computer with different rounding, unless that is allowed
 */
export async function settleArithmetic(options: ArithmeticOptions): Promise<Compiling> {
  const { known } = options;
  return known ? resumed(options, known) : started(options);
}

/** Returns the settings of a new run. A run that was killed before its first step keeps its recorded settings. */
async function started({ paths, given, config }: ArithmeticOptions): Promise<Compiling> {
  const now = await probe(config, config.device ?? undefined);
  const left = readLeft(paths.compiled);
  const isSame = left !== null && JSON.stringify(left.given) === JSON.stringify(given) && sameRounding(left, now);
  return recorded(paths, config, now, isSame ? left : { given, variants: {} }, refuseMissing(paths));
}

function readLeft(path: string): CompiledFacts | null {
  try {
    return readCompiled(path);
  } catch {
    return null;
  }
}

async function resumed(
  { paths, given, config, allowOther, emit }: ArithmeticOptions,
  known: RunFacts,
): Promise<Compiling> {
  const note = (text: string): void => emit({ kind: "note", text });
  noteVersions(known, note);
  const before = allowOther ? readLeft(paths.compiled) : readCompiled(paths.compiled);
  const { device, lowering } = (before ?? { device: known.device.name, ...known.device }) as Arithmetic;
  const outcome = await probe(config, device, lowering).catch((error: unknown) => {
    if (!(error instanceof GraphError)) throw error;
    return error.message;
  });
  const problem = typeof outcome === "string" ? outcome : before && otherRounding(before, outcome);
  if (problem && !allowOther) {
    throw new TrainError(`${paths.folder}: ${problem}`, {
      code: "other-arithmetic",
      remedies: [
        { act: "resume the run on a processor of that type" },
        { resume: paths.folder, otherArithmetic: true },
      ],
    });
  }
  if (problem) note(`Resuming ${paths.folder} with rounding that differs from an uninterrupted run: ${problem}.`);
  else if (!before) {
    note(`${paths.compiled} is missing. The result may differ in the last bits from an uninterrupted run.`);
  }
  const now = typeof outcome === "string" ? await probe(config, config.device ?? undefined) : outcome;
  return recorded(
    paths,
    config,
    now,
    before ?? { given, variants: {} },
    allowOther ? noteMissing(note) : refuseMissing(paths),
  );
}

const probe = ({ threads }: RunConfig, device?: Arithmetic["device"], lowering?: Arithmetic["lowering"]) =>
  probeArithmetic({ threads, ...defined({ device, lowering }) });

const ROUNDING = ["device", "lowering", "block", "fingerprint"] as const;

const sameRounding = (before: CompiledFacts, now: Arithmetic): boolean =>
  ROUNDING.every((key) => before[key] === now[key]);

/** Describes how the arithmetic of this computer differs from that of a run; null if it is the same. */
function otherRounding(before: CompiledFacts, now: Arithmetic): string | null {
  if (sameRounding(before, now)) return null;
  const { processor, block } = before;
  if (block !== now.block)
    return `the run was compiled with blocks of ${block} channels, but this processor has blocks of ${now.block}`;
  return `the run was started on ${processor}, and this computer (${processorName()}, ONNX Runtime ${versions().onnxruntime}) rounds differently`;
}

/** Notes changes of versions since the start of the run that may change the result. */
function noteVersions(known: RunFacts, note: (text: string) => void): void {
  const now = versions();
  const names = { downhill: "Downhill", onnxruntime: "ONNX Runtime", node: "Node", platform: "platform" } as const;
  const changed = (Object.keys(names) as (keyof typeof names)[]).filter((key) => known.versions?.[key] !== now[key]);
  if (changed.length === 0) return;
  const list = (of: Partial<Record<string, string>>): string =>
    changed.map((key) => `${names[key]} ${of[key] ?? "unknown"}`).join(", ");
  note(
    `The run was started with ${list(known.versions ?? {})} and is resumed with ${list(now)}. The result may differ in the last bits from an uninterrupted run.`,
  );
}

const refuseMissing =
  ({ compiled, folder }: RunPaths) =>
  (key: string, variant: string): void => {
    throw new TrainError(`${compiled}: the run was compiled with '${variant}' for ${key}, which this version lacks`, {
      code: "other-arithmetic",
      remedies: [{ act: "resume the run with the version that started it" }, { resume: folder, otherArithmetic: true }],
    });
  };

const noteMissing =
  (note: (text: string) => void) =>
  (key: string, variant: string): void =>
    note(`This version lacks '${variant}' for ${key} and uses another variant, which rounds differently.`);

/** Returns compilation settings that record each new variant in the run folder. */
function recorded(
  paths: RunPaths,
  { threads, tune, tuneSeconds }: RunConfig,
  now: Arithmetic,
  { given, variants }: Pick<CompiledFacts, "given" | "variants">,
  missing: (key: string, variant: string) => void,
): Compiling {
  let facts: CompiledFacts = { version: 1, ...now, threads, processor: processorName(), given, variants };
  writeCompiled(paths.compiled, facts);
  return {
    device: now.device,
    lowering: now.lowering,
    threads,
    tune,
    ...(tuneSeconds !== null && { tuneSeconds }),
    variants: {
      get variants() {
        return facts.variants;
      },
      add(added) {
        facts = { ...facts, variants: { ...facts.variants, ...added } };
        writeCompiled(paths.compiled, facts);
      },
      missing,
    },
  };
}

const processorName = (): string => cpus()[0]?.model.trim() || process.arch;
