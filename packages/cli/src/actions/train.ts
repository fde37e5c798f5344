import {
  checkBegun,
  folderState,
  type GivenConfig,
  type RunEvent,
  type RunRequest,
  readRunFile,
  startRun,
} from "@downhill/train";
import { commandFor, quote } from "../config/command-line.ts";
import { flagOf, readConfigFlags } from "../config/flags.ts";
import { type Given, readGiven } from "../config/given.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { endAtOnce, listenForInterrupts } from "../training/interrupts.ts";
import { JsonEvents } from "../training/json-events.ts";
import { claimFolder } from "../training/run-folder.ts";
import { program, resultObject, summarize } from "../training/summary.ts";
import { type Origin, TrainingView } from "../training/view.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly out?: string;
  readonly resume?: string;
  readonly resumeOrStart?: boolean;
  readonly allowOtherArithmetic?: boolean;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly [flag: string]: unknown;
}

/** Starts a run, or resumes one. */
export const train = (
  output: Output,
  [data]: readonly [string | undefined],
  options: Options,
): Promise<number | undefined> => {
  if (options.resume !== undefined) return resume(options.resume, data, options, output);
  if (options.resumeOrStart) return resumeOrStart(data, options, output);
  if (options.allowOtherArithmetic) {
    throw new UsageError(
      "--allow-other-arithmetic: expected a run to resume: add --resume RUN, or --out RUN --resume-or-start",
    );
  }
  return start(readGiven(data, options), options, output);
};

async function start({ config, file, sourceOf }: Given, { out }: Options, output: Output): Promise<number> {
  const folder = claimFolder(out, config);
  // However it ends, a run that never began leaves nothing behind.
  process.once("exit", folder.release);
  const request: RunRequest = { kind: "new", given: config, folder: folder.path, command: commandFor(config) };
  return follow(request, output, { rate: sourceOf("lr"), file });
}

async function resume(run: string, data: string | undefined, options: Options, output: Output): Promise<number> {
  const flags = Object.keys(readConfigFlags(options)).map(flagOf);
  const others = ["out", "config", "resumeOrStart"].filter((name) => options[name] !== undefined).map(flagOf);
  const extra = [...(data === undefined ? [] : [data]), ...flags, ...others, ...(options.set ? ["--set"] : [])];
  if (extra.length > 0) {
    throw new UsageError(
      `--resume ${run}: a run goes on as it began: leave out ${extra.join(", ")}, or begin a new run without --resume`,
    );
  }
  return followResumed(run, options, output);
}

/** What a job queue needs, which gives the same command again and again until it succeeds. */
async function resumeOrStart(data: string | undefined, options: Options, output: Output): Promise<number> {
  const { out } = options;
  if (out === undefined) {
    throw new UsageError("--resume-or-start: expected the run's folder beside it: add --out FOLDER");
  }
  const given = readGiven(data, options);
  if (folderState(out) !== "begun") return start(given, options, output);
  const run = readRunFile(out);
  const difference = firstDifference(run.given, given.config);
  if (difference !== null) {
    throw new UsageError(
      `--out ${out}: the run in it was begun with other settings: ${difference}: use the settings of the run, or choose another folder`,
    );
  }
  return followResumed(out, options, output);
}

/** The first setting in which a command differs from the one that began a run; null where there is none. */
function firstDifference(run: GivenConfig, command: GivenConfig): string | null {
  const words = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));
  const keys = Object.keys({ ...run, ...command }) as (keyof GivenConfig)[];
  const key = keys.find((name) => words(run[name]) !== words(command[name]));
  return key === undefined ? null : `${key} is ${words(run[key])} there, and ${words(command[key])} here`;
}

async function followResumed(run: string, { allowOtherArithmetic = false }: Options, output: Output): Promise<number> {
  checkBegun(run);
  const { given } = readRunFile(run);
  return follow({ kind: "resume", folder: run, allowOtherArithmetic }, output, {
    rate: given.lr === undefined ? "default" : "flag",
    file: null,
  });
}

/** Starts a run, tells what it does, and returns the status to end with. */
async function follow(request: RunRequest, output: Output, origin: Origin): Promise<number> {
  const view = new TrainingView(output, origin);
  const json = new JsonEvents(output);
  let phase: "preparing" | "training" | "finishing" = "preparing";
  let interrupted: number | null = null;
  let unwritable = false;
  const onEvent = (event: RunEvent): void => {
    if (event.kind === "start") phase = "training";
    if (event.kind === "finishing") phase = "finishing";
    if (output.mode.json) {
      if (!output.mode.quiet) json.show(event);
    } else view.show(event);
  };
  const handle = startRun(request, onEvent);
  const endNow = (status: number): void => {
    output.clearStatus();
    endAtOnce(status);
  };
  const stop = (status: number): void => {
    // Until the first step there is nothing to save.
    if (phase === "preparing") {
      endNow(status);
      return;
    }
    interrupted = status;
    handle.stop();
    output.log(
      phase === "training"
        ? "Stopping: the run is saved after this step; Ctrl-C again ends it at once"
        : "All steps are taken: the report is being finished; Ctrl-C again ends it at once",
    );
  };
  const removeListeners = listenForInterrupts(stop, endNow);
  output.onOutputClosed = (status) => {
    if (status === undefined) stop(STATUS.outputClosed);
    else {
      // What failed is told already: the run is saved, or ends before its first step.
      interrupted = status;
      unwritable = true;
      handle.stop();
      // The write may fail after this command has returned its status.
      process.exitCode = status;
    }
  };
  try {
    const result = await handle.done;
    const { folder } = request;
    output.result(resultObject(folder, result), () => summarize(folder, readRunFile(folder), result, output));
    // Asked to stop after its last step, a run finishes as if it had not been.
    const stopped =
      result.status !== "finished" || interrupted === STATUS.outputClosed || unwritable ? interrupted : null;
    if (result.missing !== undefined) {
      const { progress } = output;
      output.error(
        `${progress.style("red", "Error:")} ${result.missing}. The model and the result are complete. Write the report again with ${program} report ${quote(folder)}`,
      );
      return stopped ?? STATUS.failed;
    }
    return stopped ?? STATUS.done;
  } catch (error) {
    if (unwritable) return STATUS.failed;
    throw error;
  } finally {
    removeListeners();
    output.clearStatus();
  }
}
