import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type Network, summary } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { optimizers } from "@downhill/optim";
import { readNewestCheckpoint, removeUnfinished } from "../checkpoints/checkpoint-files.ts";
import { resolveConfig } from "../config/resolve.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import { TrainError } from "../error.ts";
import { writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { sealJson } from "../files/sealed-json.ts";
import type { FinderResult } from "../range-test/result.ts";
import { checkBegun, checkUnused, discardUnbegun, folderState } from "../run-folder/folder-state.ts";
import { lock } from "../run-folder/lock/lock.ts";
import { type RunPaths, runPaths } from "../run-folder/paths.ts";
import { removeRunFiles } from "../run-folder/remove-files.ts";
import { type RunResult, readResult } from "../run-folder/result.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";
import { findRate } from "../search/find-rate.ts";
import { type RateSource, rateSource } from "../search/rate-source.ts";
import type { Callback, DeviceFacts, Training } from "../training/callback.ts";
import { type Compiling, compilingOf } from "../training/compiling.ts";
import { trainerSettings } from "../training/options.ts";
import { ASKED_TO_STOP, train } from "../training/train.ts";
import { settleArithmetic } from "./arithmetic.ts";
import type { RunControl } from "./control.ts";
import { finish } from "./finish.ts";
import { openData, prepareNetwork, prepareTraining, type Setup } from "./prepare.ts";
import { Recorder } from "./recorder.ts";
import { versions } from "./versions.ts";

/** A run to begin, or to go on with. */
export type RunRequest =
  | {
      readonly kind: "new";
      readonly given: GivenConfig;
      readonly folder: string;
      readonly command: string;
      readonly cache?: string;
    }
  | {
      readonly kind: "resume";
      readonly folder: string;
      readonly cache?: string;
      /** Resumes also where this computer rounds otherwise, so that an uninterrupted run ends with other bits; default false. */
      readonly allowOtherArithmetic?: boolean;
    };

/**
 * Does a run from beginning to end, in this thread: data, training, result, exported model, report.
 * @throws TrainError, DataError or GraphError for what the user can mend
 */
export async function execute(request: RunRequest, control: RunControl): Promise<RunResult> {
  const { folder } = request;
  const paths = runPaths(folder);
  const made = !existsSync(folder);
  if (request.kind === "new") {
    checkUnused(folder);
    onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  } else {
    checkBegun(folder);
    // Before the lock, which a folder that can only be read does not take.
    const finished = finishedResult(paths);
    if (finished) return tellFinished(finished, folder, control);
  }
  const unlock = await lock(paths.lock);
  try {
    return await executeLocked(request, paths, control);
  } finally {
    // A run that ends before its first step leaves nothing behind.
    discardUnbegun(folder);
    unlock();
    if (made && folderState(folder) === "unused") rmSync(folder, { recursive: true, force: true });
  }
}

/** Does a run in a folder that no other process uses. */
async function executeLocked(request: RunRequest, paths: RunPaths, control: RunControl): Promise<RunResult> {
  // Another process may have begun the run, or finished it, before this one had the lock.
  if (request.kind === "new") checkUnused(request.folder);
  const known = request.kind === "resume" ? readRunFile(request.folder) : null;
  const finished = known && finishedResult(paths, control.emit);
  if (finished) return tellFinished(finished, paths.folder, control);
  for (const place of [paths.folder, paths.checkpoints, paths.plots]) removeUnfinished(place);
  const given = known?.given ?? (request as { given: GivenConfig }).given;
  const data = await openData(given, request.cache, control.emit, [resolve(request.folder)]);
  if (known && known.data.fingerprint !== data.fingerprint) {
    throw new TrainError(
      `${given.data}: the images are not those that the run began with (their fingerprint was ${known.data.fingerprint.slice(0, 12)}, and is ${data.fingerprint.slice(0, 12)}): restore them, or begin a new run`,
    );
  }
  const resolved = known?.config ?? resolveConfig(given, data);
  // Settings that do not go together are told before anything is searched or written.
  const network = prepareNetwork(resolved, data);
  const { totalSteps, findings } = prepareTraining(resolved, data, network);
  if (!known)
    for (const { text, problem, remedies } of findings) control.emit({ kind: "note", text, problem, remedies });
  const compiling = await settleArithmetic({
    paths,
    given,
    config: resolved,
    known,
    allowOther: request.kind === "resume" && request.allowOtherArithmetic === true,
    emit: control.emit,
  });
  const { config, finder } = known
    ? { config: resolved, finder: known.finder ?? null }
    : await settleRate(given, resolved, rateSource(given, resolved, totalSteps), { data, network, compiling }, control);
  const setup = prepareTraining(config, data, network);
  const begin = (device: DeviceFacts): RunFacts => {
    if (known) return known;
    const facts = describe(request as RunRequest & { kind: "new" }, { config, finder }, data, setup, device);
    writeAtomically(paths.run, sealJson(facts, 2));
    return facts;
  };
  return trainAndFinish(paths, config, begin, { data, setup, compiling }, control);
}

/** The result of a run that has finished; null for one that was killed while its report was written. */
function finishedResult({ folder, report }: RunPaths, emit: RunControl["emit"] = () => {}): RunResult | null {
  const result = readResultIfWhole(folder, emit);
  return result?.status === "finished" && existsSync(report) ? result : null;
}

function tellFinished(result: RunResult, folder: string, { emit }: RunControl): RunResult {
  emit({ kind: "note", text: `${folder} has finished: there is nothing left to train` });
  return result;
}

/** A damaged result is no reason to refuse a run: it is written again from the last checkpoint. */
function readResultIfWhole(folder: string, emit: RunControl["emit"]): RunResult | null {
  try {
    return readResult(folder);
  } catch (error) {
    if (!(error instanceof TrainError)) throw error;
    emit({
      kind: "note",
      text: `${runPaths(folder).result} is damaged: the run is finished again from its last checkpoint`,
    });
    return null;
  }
}

/** The rate that was searched, where it comes from a search, and the configuration with it. */
async function settleRate(
  given: GivenConfig,
  config: RunConfig,
  source: RateSource,
  { data, network, compiling }: { readonly data: DataSet; readonly network: Network; readonly compiling: Compiling },
  control: RunControl,
): Promise<{ readonly config: RunConfig; readonly finder: FinderResult | null }> {
  if (source.kind !== "search") return { config, finder: null };
  const finder = await findRate(given, config, data, network, control, { steps: source.steps }, compiling);
  if (control.shouldStop()) {
    throw new TrainError("it was asked to stop while its learning rate was searched: nothing has begun");
  }
  control.emit({ kind: "found", finder, instead: config.lr });
  return { config: finder.chosen ? { ...config, lr: finder.chosen.lr } : config, finder };
}

async function trainAndFinish(
  paths: RunPaths,
  config: RunConfig,
  begin: (device: DeviceFacts) => RunFacts,
  { data, setup, compiling }: { readonly data: DataSet; readonly setup: Setup; readonly compiling: Compiling },
  { emit, shouldStop }: RunControl,
): Promise<RunResult> {
  const { network, model, optimizer, callbacks, batchSize, totalSteps } = setup;
  const lengths = { metrics: lengthOf(paths.metrics), timings: lengthOf(paths.timings) };
  const saved = readNewestCheckpoint(paths.checkpoints, lengths, (text) => emit({ kind: "note", text }));
  const recorder = new Recorder({
    paths,
    model,
    totalSteps,
    checkpointSeconds: config.checkpointSeconds,
    lines: saved?.lines ?? { metrics: 0, timings: 0 },
    emit,
  });
  let training: Training | undefined;
  let facts: RunFacts | undefined;
  const starter: Callback = {
    name: "starter",
    onStart(now) {
      training = now;
      facts = begin(now.device);
      emit({ kind: "start", run: facts, step: now.position.step });
    },
  };
  try {
    const result = await train({
      ...trainerSettings(config),
      network,
      data,
      optimizer,
      epochs: config.epochs,
      batchSize,
      callbacks: [starter, ...callbacks, recorder],
      shouldStop,
      ...compilingOf(compiling),
      ...(saved ? { from: saved.checkpoint } : {}),
    });
    // A request to stop that comes after the last step stops nothing.
    const interrupted = result.stopped === ASKED_TO_STOP;
    if (interrupted) recorder.save(training as Training);
    return await finish({ paths, facts: facts as RunFacts, data, model, compiling, result, interrupted, emit });
  } finally {
    recorder.close();
  }
}

/** Bytes of a file; 0 where it is not there. */
const lengthOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function describe(
  { folder, given, command }: { readonly folder: string; readonly given: GivenConfig; readonly command: string },
  { config, finder }: { readonly config: RunConfig; readonly finder: FinderResult | null },
  data: DataSet,
  { model, optimizer, schedule, batchSchedule, stepsPerEpoch, totalSteps, findings }: Setup,
  device: DeviceFacts,
): RunFacts {
  const { name, source, kind, reading, fingerprint, imageShape, classNames, normalization, train, validation, test } =
    data;
  const { parameters, multiplyAdds } = summary(model).totals;
  return {
    version: 1,
    id: basename(folder),
    created: new Date().toISOString(),
    command,
    given,
    config,
    seed: config.seed,
    data: {
      name,
      source,
      kind,
      reading,
      fingerprint,
      imageShape,
      classNames,
      counts: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
      normalization,
      findings: data.report.findings,
    },
    model: { name: model.name, parameters, multiplyAdds },
    optimizer: {
      name: optimizer.name,
      title: optimizers[config.optimizer as keyof typeof optimizers].title,
      hyperparameters: Object.fromEntries(
        Object.entries(optimizer.parts.hyperparameters).map(([key, value]) => [
          key,
          typeof value === "function" ? value(0) : value,
        ]),
      ),
    },
    schedule,
    batchSchedule,
    findings,
    finder,
    stepsPerEpoch,
    totalSteps,
    device,
    versions: versions(),
  };
}

/**
 * Removes what a run wrote into its folder, and the folder where nothing else is in it.
 * @returns paths inside of the folder that stay
 * @throws TrainError where the folder is no run's, or a process is training it
 */
export async function removeRun(folder: string): Promise<string[]> {
  readRunFile(folder);
  const unlock = await lock(runPaths(folder).lock);
  try {
    return removeRunFiles(folder);
  } finally {
    unlock();
  }
}
