import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type Network, summary } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { optimizers } from "@downhill/optim";
import { readNewestCheckpoint, removeUnfinished } from "../checkpoints/checkpoint-files.ts";
import { type RunConfig, resolveConfig } from "../config/resolve.ts";
import type { GivenConfig } from "../config/schema.ts";
import { TrainError } from "../error.ts";
import { writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { sealJson } from "../files/sealed-json.ts";
import type { FinderResult } from "../finder/find.ts";
import type { Callback, DeviceFacts, Training } from "../training/callback.ts";
import { train } from "../training/train.ts";
import type { RunControl } from "./control.ts";
import { findRate } from "./find-rate.ts";
import { finish } from "./finish.ts";
import { lock } from "./lock.ts";
import { type RunPaths, runPaths } from "./paths.ts";
import { openData, prepareNetwork, prepareTraining, type Setup } from "./prepare.ts";
import { type RateSource, rateSource } from "./rate-source.ts";
import { Recorder } from "./recorder.ts";
import { type RunResult, readResult } from "./result.ts";
import { type RunFacts, readRunFile } from "./run-file.ts";
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
  | { readonly kind: "resume"; readonly folder: string; readonly cache?: string };

/**
 * Does a run from beginning to end, in this thread: data, training, result, exported model, report.
 * @throws TrainError, DataError or GraphError for what the user can mend
 */
export async function execute(request: RunRequest, control: RunControl): Promise<RunResult> {
  const paths = runPaths(request.folder);
  const known = request.kind === "resume" ? readRunFile(request.folder) : null;
  const before = known && readResultIfWhole(request.folder, control.emit);
  // A run that was killed while its report was written has a result, and is finished again.
  if (before?.status === "finished" && existsSync(paths.report)) return before;
  if (request.kind === "new") checkUnused(request.folder);
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
  const { totalSteps } = prepareTraining(resolved, data, network);
  let unlock = known ? lock(paths.lock) : () => {};
  try {
    removeUnfinished(paths.folder);
    removeUnfinished(paths.checkpoints);
    const { config, finder } = known
      ? { config: resolved, finder: known.finder ?? null }
      : await settleRate(resolved, rateSource(given, resolved, totalSteps), data, network, control);
    const setup = prepareTraining(config, data, network);
    // A run that ends before its first step leaves nothing behind: only now is there something to keep.
    const begin = (device: DeviceFacts): RunFacts => {
      if (known) return known;
      onDisk(paths.folder, () => mkdirSync(paths.folder, { recursive: true }));
      unlock = lock(paths.lock);
      const facts = describe(request as RunRequest & { kind: "new" }, { config, finder }, data, setup, device);
      writeAtomically(paths.run, sealJson(facts, 2));
      return facts;
    };
    return await trainAndFinish(paths, config, begin, data, setup, control);
  } finally {
    unlock();
  }
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
  config: RunConfig,
  source: RateSource,
  data: DataSet,
  network: Network,
  control: RunControl,
): Promise<{ readonly config: RunConfig; readonly finder: FinderResult | null }> {
  if (source.kind !== "search") return { config, finder: null };
  const finder = await findRate(config, data, network, control, { steps: source.steps });
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
  data: DataSet,
  { network, model, optimizer, callbacks, batchSize, totalSteps }: Setup,
  { emit, shouldStop }: RunControl,
): Promise<RunResult> {
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
      network,
      data,
      optimizer,
      epochs: config.epochs,
      batchSize,
      seed: config.seed,
      order: config.order,
      augment: config.augment,
      labelSmoothing: config.labelSmoothing,
      evaluateEvery: config.evaluateEvery,
      threads: config.threads,
      callbacks: [starter, ...callbacks, recorder],
      shouldStop,
      ...(config.largestPart === null ? {} : { largestPart: config.largestPart }),
      ...(config.device === null ? {} : { device: config.device }),
      ...(saved ? { from: saved.checkpoint } : {}),
    });
    const interrupted = shouldStop();
    if (interrupted) recorder.save(training as Training);
    return await finish({ paths, facts: facts as RunFacts, data, model, result, interrupted, emit });
  } finally {
    recorder.close();
  }
}

/** Bytes of a file; 0 where it is not there. */
const lengthOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** A new run never writes into what is there. */
function checkUnused(folder: string): void {
  if (existsSync(runPaths(folder).run)) {
    throw new TrainError(
      `${folder}: there is a run in it: choose another folder with --out, or go on with --resume ${folder}`,
    );
  }
  const unused = !existsSync(folder) || onDisk(folder, () => readdirSync(folder)).length === 0;
  if (!unused)
    throw new TrainError(`${folder}: it is not empty: choose a folder that is empty or not there with --out`);
}

function describe(
  { folder, given, command }: { readonly folder: string; readonly given: GivenConfig; readonly command: string },
  { config, finder }: { readonly config: RunConfig; readonly finder: FinderResult | null },
  data: DataSet,
  { model, optimizer, schedule, batchSchedule, stepsPerEpoch, totalSteps }: Setup,
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
        Object.entries(optimizer.parts.settings).map(([key, value]) => [
          key,
          typeof value === "function" ? value(0) : value,
        ]),
      ),
    },
    schedule,
    batchSchedule,
    finder,
    stepsPerEpoch,
    totalSteps,
    device,
    versions: versions(),
  };
}

/** Removes a run's folder, and nothing that is not a run's. */
export function removeRun(folder: string): void {
  readRunFile(folder);
  rmSync(folder, { recursive: true });
}
