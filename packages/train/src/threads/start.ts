import type { FinderResult } from "../range-test/result.ts";
import type { RunEvent } from "../run/events.ts";
import type { RunRequest } from "../run/execute.ts";
import { releaseOf } from "../run-folder/lock/lock.ts";
import { runPaths } from "../run-folder/paths.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { FinderRequest } from "../search/search-rates.ts";
import type { SweepRequest } from "../search/sweep-config.ts";
import type { SweepResult } from "../sweep/result.ts";
import type { Handle } from "./handle.ts";
import { startThread } from "./thread.ts";

/** Remedy for a test whose thread ended. */
const REPEAT = { act: "repeat it" } as const;

/** Run in progress in a separate thread. When it is stopped, it first writes a checkpoint. */
export type RunHandle = Handle<RunResult>;

/**
 * Starts or resumes a run in a separate thread.
 * @param onEvent called with all events in order
 * @example
 * const run = startRun({ kind: "new", given: { data: "sample" }, folder: "runs/first", command: "" }, console.log);
 * const { accuracy } = await run.done;
 */
export const startRun = (request: RunRequest, onEvent: (event: RunEvent) => void = () => {}): RunHandle =>
  startThread(new URL("./run-worker.js", import.meta.url), request, onEvent, [{ resume: request.folder }], (thread) =>
    // A thread that ran out of memory did not release its lock.
    releaseOf(runPaths(request.folder).lock, thread),
  );

/**
 * Runs range tests in a separate thread.
 * @param onEvent called with all events in order
 * @example
 * const search = startSearch({ given: { data: "sample" }, optimizers: ["sgd", "adamw"] });
 * const [{ chosen }] = await search.done;
 */
export const startSearch = (
  request: FinderRequest,
  onEvent: (event: RunEvent) => void = () => {},
): Handle<readonly FinderResult[]> =>
  startThread(new URL("./search-worker.js", import.meta.url), request, onEvent, [REPEAT]);

/**
 * Runs sweeps of a hyperparameter in a separate thread.
 * @param onEvent called with all events in order
 * @example
 * const sweep = startSweep({ given: { data: "sample", lr: 0.05 }, sweep: "weightDecay" });
 * const [{ chosen }] = await sweep.done;
 */
export const startSweep = (
  request: SweepRequest,
  onEvent: (event: RunEvent) => void = () => {},
): Handle<readonly SweepResult[]> =>
  startThread(new URL("./sweep-worker.js", import.meta.url), request, onEvent, [REPEAT]);
