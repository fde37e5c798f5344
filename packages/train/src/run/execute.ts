import { existsSync, mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { headNames, type Model, type Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { checkpointSteps, removeUnfinished } from "../checkpoints/run-checkpoints.ts";
import { withFineTuning } from "../config/fine-tuning.ts";
import { resolveConfig } from "../config/resolve.ts";
import type { RunConfig } from "../config/run-config.ts";
import { planRun, type RunPlan } from "../config/run-plan.ts";
import type { GivenConfig } from "../config/schema.ts";
import { TrainError } from "../error.ts";
import { writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { sealJson } from "../files/sealed-json.ts";
import { type PretrainedFacts, pretrainedInWords } from "../pretrained/load-pretrained.ts";
import { fetchPretrained } from "../pretrained/official.ts";
import { type GraphFile, graphFileOfRun, initialGraphOf } from "../pretrained/onnx-model.ts";
import type { Pretrained } from "../pretrained/pretrained.ts";
import type { FinderResult } from "../range-test/result.ts";
import { checkBegun, checkUnused, discardUnbegun, folderState } from "../run-folder/folder-state.ts";
import { lock } from "../run-folder/lock/lock.ts";
import { type RunPaths, runPaths } from "../run-folder/paths.ts";
import type { RunResult } from "../run-folder/result.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";
import { findRate } from "../search/find-rate.ts";
import { rateSource } from "../search/rate-source.ts";
import { shortTraining } from "../search/short-training-options.ts";
import type { DeviceFacts } from "../training/callback.ts";
import type { Compiling } from "../training/compiling.ts";
import { settleArithmetic } from "./arithmetic.ts";
import type { RunControl } from "./control.ts";
import { describeRun } from "./describe-run.ts";
import { finishedResult, noteFinished } from "./finished-result.ts";
import { type OpenedData, openData, prepareNetwork, prepareTraining } from "./prepare.ts";
import { trainRun } from "./train-run.ts";

/** Request to start or resume a run. */
export type RunRequest = NewRun | ResumedRun;

/** Request to start a run. */
interface NewRun {
  readonly kind: "new";
  readonly given: GivenConfig;
  readonly folder: string;
  /** Command that repeats the run, for its report. */
  readonly command: string;
  /** Folder for decoded images. */
  readonly cache?: string;
  /** False to write neither report nor plots, which take about a second; default true. */
  readonly report?: boolean;
}

/** Request to resume a run. */
interface ResumedRun {
  readonly kind: "resume";
  readonly folder: string;
  /** Folder for decoded images. */
  readonly cache?: string;
  /** Resumes even if this computer rounds differently, so that the result differs from an uninterrupted run; default false. */
  readonly allowOtherArithmetic?: boolean;
  /** See `NewRun`. */
  readonly report?: boolean;
}

/**
 * Executes a run in this thread: data, training, result, exported model, report.
 * @throws TrainError, DataError or GraphError for user errors
 */
export async function execute(request: RunRequest, control: RunControl): Promise<RunResult> {
  const { folder } = request;
  const paths = runPaths(folder);
  const isNewFolder = !existsSync(folder);
  if (request.kind === "new") {
    checkUnused(folder);
    onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  } else {
    checkBegun(folder);
    // Before locking, which would fail in a read-only folder.
    const finished = finishedResult(paths);
    if (finished) return noteFinished(finished, folder, control);
  }
  const unlock = await lock(paths.lock);
  try {
    return await (request.kind === "new"
      ? startLocked(request, paths, control)
      : resumeLocked(request, paths, control));
  } finally {
    // A run that ends before its first step leaves nothing behind.
    discardUnbegun(folder);
    unlock();
    if (isNewFolder && folderState(folder) === "unused") rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a run in a folder that this thread has locked. */
async function startLocked(request: NewRun, paths: RunPaths, control: RunControl): Promise<RunResult> {
  // Another process may have started a run before this one had the lock.
  checkUnused(request.folder);
  const { given } = request;
  const { emit } = control;
  const data = await openImages(given, request, paths, control);
  const unplanned = resolveConfig(given, data);
  // Reports settings in conflict before anything is searched or written.
  planRun(unplanned, data);
  let pretrained: PretrainedFacts | null = null;
  const network = prepareNetwork(unplanned, data, (facts) => {
    pretrained = facts;
    emit({ kind: "note", text: pretrainedInWords(facts, data.classNames.length) });
  });
  const planned = planRun(withFineTuning(given, unplanned, network.model), data);
  const resolved = planned.config;
  for (const { text, problem, remedies } of planned.findings) emit({ kind: "note", text, problem, remedies });
  for (const text of freezeNotes(resolved, network.model)) emit({ kind: "note", text });
  const compiling = await settleArithmetic({ paths, given, config: resolved, known: null, allowOther: false, emit });
  const { plan, finder } = await searchRate({ given, planned, data, network, compiling }, control);
  const { config } = plan;
  const setup = prepareTraining(plan, network);
  const begin = (device: DeviceFacts): RunFacts => {
    // The run needs the file for as long as it exists, and the original may move.
    if (data.pretrained?.graph) writeAtomically(paths.pretrained, data.pretrained.graph.bytes);
    const facts = describeRun(request, { config, finder, pretrained }, data, setup, device);
    writeAtomically(paths.run, sealJson(facts, 2));
    return facts;
  };
  return trainRun({ paths, config, data, setup, compiling, begin, report: request.report !== false }, control);
}

/** Resumes a run in a folder that this thread has locked. */
async function resumeLocked(request: ResumedRun, paths: RunPaths, control: RunControl): Promise<RunResult> {
  const known = readRunFile(request.folder);
  // Another process may have finished the run before this one had the lock.
  const finished = finishedResult(paths, control.emit);
  if (finished) return noteFinished(finished, paths.folder, control);
  const { given, config } = known;
  const data = await openImages(given, request, paths, control, known);
  checkImages(known, data);
  const network = prepareNetwork(config, { ...data, ...(await startOf(known, paths)) });
  const setup = prepareTraining(planRun(config, data), network);
  const allowOther = request.allowOtherArithmetic === true;
  const compiling = await settleArithmetic({ paths, given, config, known, allowOther, emit: control.emit });
  const report = request.report !== false;
  return trainRun({ paths, config, data, setup, compiling, begin: () => known, report }, control);
}

/**
 * Returns what the network of a run that has begun is made from, besides its checkpoint: the ONNX file that defines the
 * model, and the pretrained weights if the run was killed before its first checkpoint, which has them.
 */
async function startOf(
  facts: RunFacts,
  { folder, checkpoints }: RunPaths,
): Promise<{ readonly graph: GraphFile | null; readonly pretrained?: Pretrained }> {
  const graph = graphFileOfRun(folder);
  const { pretrained } = facts.config;
  const isKept = checkpointSteps(checkpoints).length > 0 || initialGraphOf(folder, facts) !== null;
  return isKept || pretrained === null ? { graph } : { graph, pretrained: await fetchPretrained(pretrained) };
}

/** Explains what the epochs of a frozen body train on. */
function freezeNotes({ freeze, augment }: RunConfig, model: Model): string[] {
  if (freeze === 0) return [];
  const when =
    freeze === "all"
      ? "Every epoch trains"
      : freeze === 1
        ? "The first epoch trains"
        : `The first ${freeze} epochs train`;
  const without =
    augment.length > 0 ? ", which are computed once, from images without augmentation" : ", which are computed once";
  return [`${when} only ${headNames(model).join(" and ")}, on the features of the frozen layers${without}.`];
}

/** Removes unfinished files of a killed process and opens the images. */
function openImages(
  given: GivenConfig,
  { cache, folder }: RunRequest,
  paths: RunPaths,
  { emit }: RunControl,
  run?: RunFacts,
): Promise<OpenedData> {
  for (const path of [paths.folder, paths.checkpoints, paths.snapshots, paths.plots]) removeUnfinished(path);
  return openData(given, cache, emit, [resolve(folder)], run);
}

/** @throws TrainError if the images are not those of the run */
function checkImages({ given, data: { fingerprint } }: RunFacts, data: DataSet): void {
  if (fingerprint === data.fingerprint) return;
  const [before, now] = [fingerprint, data.fingerprint].map((text) => text.slice(0, 12));
  throw new TrainError(
    `${given.data}: the images have changed since the run started (fingerprint ${before}, now ${now})`,
    {
      code: "other-data",
      remedies: [{ act: "restore the images" }, { act: "start a new run" }],
    },
  );
}

interface Search {
  readonly given: GivenConfig;
  /** Plan with the default learning rate, or the given one. */
  readonly planned: RunPlan;
  readonly data: DataSet;
  readonly network: Network;
  readonly compiling: Compiling;
}

/** Runs the range test if the learning rate comes from one, and returns the plan with the rate that it finds. */
async function searchRate(
  { given, planned, data, network, compiling }: Search,
  control: RunControl,
): Promise<{ readonly plan: RunPlan; readonly finder: FinderResult | null }> {
  const { config, clock } = planned;
  const source = rateSource(given, config, clock.totalSteps);
  if (source.kind !== "search") return { plan: planned, finder: null };
  const { steps } = source;
  const finder = await findRate(given, shortTraining(planned), data, network, control, { steps }, compiling);
  if (control.shouldStop()) throw new TrainError("stopped during the learning-rate search; training had not started");
  control.emit({ kind: "found", finder, instead: config.lr });
  const plan = finder.chosen ? planRun({ ...config, lr: finder.chosen.lr }, data) : planned;
  return { plan, finder };
}
