import { cpus } from "node:os";
import { type Arithmetic, GraphError, probeArithmetic } from "@downhill/graph";
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
  /** Of a run that is resumed. */
  readonly known: RunFacts | null;
  /** Whether a run may be resumed that will then not end with the bits of an uninterrupted one. */
  readonly allowOther: boolean;
  readonly emit: RunControl["emit"];
}

/**
 * Settles what a run's programs are compiled with, and keeps a record of it in the run's folder: device, lowering and
 * each variant that was chosen by measuring. A run that is resumed takes what is recorded.
 * @throws TrainError where a run is resumed on a computer that rounds otherwise, unless that is allowed
 */
export async function settleArithmetic(options: ArithmeticOptions): Promise<Compiling> {
  const { known } = options;
  return known ? resumed(options, known) : started(options);
}

/** A run that was killed before its first step is started again with what it was compiled with. */
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
    throw new TrainError(
      `${paths.folder}: ${problem}: resume the run on a processor like that one, or add --allow-other-arithmetic to resume it with other rounding than an uninterrupted run`,
    );
  }
  if (problem) note(`${paths.folder} is resumed with other rounding than an uninterrupted run: ${problem}`);
  else if (!before) {
    note(`${paths.compiled} is missing: the run may end with other last bits than an uninterrupted one`);
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
  probeArithmetic({
    threads,
    ...(device === undefined ? {} : { device }),
    ...(lowering === undefined ? {} : { lowering }),
  });

const ROUNDING = ["device", "lowering", "block", "fingerprint"] as const;

const sameRounding = (before: CompiledFacts, now: Arithmetic): boolean =>
  ROUNDING.every((key) => before[key] === now[key]);

/** Says in what the arithmetic of this computer differs from a run's; null where it is the same. */
function otherRounding(before: CompiledFacts, now: Arithmetic): string | null {
  if (sameRounding(before, now)) return null;
  const { processor, block } = before;
  if (block !== now.block) return `it was compiled with blocks of ${block} channels, and this version has ${now.block}`;
  return `it was begun on ${processor}, and this computer (${processorName()}, ONNX Runtime ${versions().onnxruntime}) rounds otherwise`;
}

/** Tells in which versions that may change results a run began, where these have others. */
function noteVersions(known: RunFacts, note: (text: string) => void): void {
  const now = versions();
  const names = { downhill: "Downhill", onnxruntime: "ONNX Runtime", node: "Node", platform: "platform" } as const;
  const changed = (Object.keys(names) as (keyof typeof names)[]).filter((key) => known.versions?.[key] !== now[key]);
  if (changed.length === 0) return;
  const list = (of: Partial<Record<string, string>>): string =>
    changed.map((key) => `${names[key]} ${of[key] ?? "unknown"}`).join(", ");
  note(
    `the run was begun with ${list(known.versions ?? {})}, and is resumed with ${list(now)}: it may end with other last bits than an uninterrupted run`,
  );
}

const refuseMissing =
  ({ compiled }: RunPaths) =>
  (key: string, variant: string): void => {
    throw new TrainError(
      `${compiled}: the run was compiled with '${variant}' for ${key}, which this version does not have: resume it with the version that began it, or add --allow-other-arithmetic to resume it with other rounding than an uninterrupted run`,
    );
  };

const noteMissing =
  (note: (text: string) => void) =>
  (key: string, variant: string): void =>
    note(`this version does not have '${variant}' for ${key}: it takes another variant, which rounds otherwise`);

/** What programs are compiled with, and a record that grows in the run's folder. */
function recorded(
  paths: RunPaths,
  { threads, tune }: RunConfig,
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
