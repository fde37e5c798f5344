import { type RunEvent, type RunRequest, readRunFile, startRun } from "@downhill/train";
import { commandFor, quote } from "../config/command-line.ts";
import { flagOf, readConfigFlags } from "../config/flags.ts";
import { readGiven } from "../config/given.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { JsonEvents } from "../training/json-events.ts";
import { claimFolder } from "../training/run-folder.ts";
import { endAtOnce, hearInterrupts } from "../training/signals.ts";
import { program, resultObject, summarize } from "../training/summary.ts";
import { type Origin, TrainingView } from "../training/view.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly out?: string;
  readonly resume?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly [flag: string]: unknown;
}

/** Begins a run, or goes on with one. */
export const train = (
  output: Output,
  [data]: readonly [string | undefined],
  options: Options,
): Promise<number | undefined> =>
  options.resume === undefined ? begin(data, options, output) : goOn(options.resume, data, options, output);

async function begin(data: string | undefined, options: Options, output: Output): Promise<number> {
  const { config, file, sourceOf } = readGiven(data, options);
  const folder = claimFolder(options.out, config);
  // However it ends, a run that never began leaves nothing behind.
  process.once("exit", folder.release);
  const request: RunRequest = { kind: "new", given: config, folder: folder.path, command: commandFor(config) };
  return follow(request, output, { rate: sourceOf("lr"), file });
}

async function goOn(run: string, data: string | undefined, options: Options, output: Output): Promise<number> {
  const flags = Object.keys(readConfigFlags(options)).map(flagOf);
  const others = ["out", "config"].filter((name) => options[name] !== undefined).map((name) => `--${name}`);
  const extra = [...(data === undefined ? [] : [data]), ...flags, ...others, ...(options.set ? ["--set"] : [])];
  if (extra.length > 0) {
    throw new UsageError(
      `--resume ${run}: a run goes on as it began: leave out ${extra.join(", ")}, or begin a new run without --resume`,
    );
  }
  const { given } = readRunFile(run);
  return follow({ kind: "resume", folder: run }, output, {
    rate: given.lr === undefined ? "default" : "flag",
    file: null,
  });
}

/** Starts a run, tells what it does, and returns the status to end with. */
async function follow(request: RunRequest, output: Output, origin: Origin): Promise<number> {
  const view = new TrainingView(output, origin);
  const json = new JsonEvents(output);
  let training = false;
  let interrupted: number | null = null;
  const onEvent = (event: RunEvent): void => {
    if (event.kind === "start") training = true;
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
    if (!training) {
      endNow(status);
      return;
    }
    interrupted = status;
    handle.stop();
    output.say("Stopping: the run is saved after this step; Ctrl-C again ends it at once");
  };
  const unhear = hearInterrupts(stop, endNow);
  output.onUnread = () => stop(STATUS.unread);
  try {
    const result = await handle.done;
    const { folder } = request;
    output.result(resultObject(folder, result), () => summarize(folder, readRunFile(folder), result, output));
    if (result.missing !== undefined) {
      const { progress } = output;
      output.error(
        `${progress.style("red", "Error:")} ${result.missing}. The model and the result are complete. Write the report again with ${program} report ${quote(folder)}`,
      );
      return interrupted ?? STATUS.failed;
    }
    return interrupted ?? STATUS.done;
  } finally {
    unhear();
    output.clearStatus();
  }
}
