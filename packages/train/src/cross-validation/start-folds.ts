import { mkdirSync } from "node:fs";
import { basename } from "node:path";
import { listFolds } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { pick } from "../config/pick.ts";
import type { GivenConfig } from "../config/schema.ts";
import { dataSettings } from "../config/settings/data.ts";
import { onDisk } from "../files/on-disk.ts";
import type { RunEvent } from "../run/events.ts";
import type { RunRequest } from "../run/execute.ts";
import { checkUnused, folderState } from "../run-folder/folder-state.ts";
import { type RunResult, readResult } from "../run-folder/result.ts";
import type { Handle } from "../threads/handle.ts";
import { startRun } from "../threads/start.ts";
import { type CrossValidation, readCrossValidation } from "./cross-validation.ts";
import {
  type CrossValidationFacts,
  foldFolder,
  readCrossValidationFacts,
  removeFacts,
  writeCrossValidation,
} from "./cross-validation-file.ts";
import { reportCrossValidation } from "./write-report.ts";

/** Request to start or resume a cross-validation. */
export type FoldsRequest =
  | {
      readonly kind: "new";
      /** Given configuration, with `folds` and without `fold`. */
      readonly given: GivenConfig;
      readonly folder: string;
      /** Command that repeats it, for its reports. */
      readonly command: string;
      /** Folder for decoded images. */
      readonly cache?: string;
    }
  | {
      readonly kind: "resume";
      readonly folder: string;
      /** Folder for decoded images. */
      readonly cache?: string;
      /** See `RunRequest`. */
      readonly allowOtherArithmetic?: boolean;
    };

/** Event of a cross-validation: those of its runs, and the start and end of each. */
export type FoldsEvent =
  | RunEvent
  /** Start of a fold's run; the first fold has index 0. */
  | {
      readonly kind: "fold";
      readonly fold: number;
      readonly index: number;
      readonly folds: number;
      readonly run: string;
    }
  /** End of a fold's run. */
  | { readonly kind: "foldResult"; readonly fold: number; readonly run: string; readonly result: RunResult };

/**
 * Starts or resumes a cross-validation: one run for each fold, one after another, each in a thread of its own and in a
 * subfolder `fold-N`. Finished runs are kept. When it is stopped, the current run first writes a checkpoint.
 * @param onEvent called with all events in order
 * @example
 * const given = { data: "photos", folds: 5 };
 * const { done } = startFolds({ kind: "new", given, folder: "runs/folds", command: "" });
 * console.log((await done).accuracy);
 */
export function startFolds(
  request: FoldsRequest,
  onEvent: (event: FoldsEvent) => void = () => {},
): Handle<CrossValidation> {
  let stopped = false;
  let current: Handle<RunResult> | null = null;
  const runAll = async (): Promise<CrossValidation> => {
    const { folder } = request;
    const facts = await begin(request, onEvent);
    try {
      for (const [index, fold] of facts.folds.entries()) {
        const run = foldFolder(folder, fold);
        const begun = folderState(run) === "begun";
        if (begun && readResult(run)?.status === "finished") continue;
        if (stopped) break;
        onEvent({ kind: "fold", fold, index, folds: facts.folds.length, run });
        current = startRun(requestOf(request, facts, fold, begun), onEvent);
        if (stopped) current.stop();
        const result = await current.done;
        onEvent({ kind: "foldResult", fold, run, result });
        if (result.status !== "finished") break;
      }
    } catch (error) {
      if (request.kind === "new") discardUnbegun(folder, facts);
      throw error;
    }
    await reportCrossValidation(folder);
    return readCrossValidation(folder);
  };
  return {
    done: runAll(),
    stop: () => {
      stopped = true;
      current?.stop();
    },
  };
}

const DATA_KEYS = Object.keys(dataSettings) as (keyof typeof dataSettings)[];

/** Lists the folds of a new cross-validation and writes its facts; or reads those of one that is resumed. */
async function begin(request: FoldsRequest, onEvent: (event: FoldsEvent) => void): Promise<CrossValidationFacts> {
  const { folder } = request;
  if (request.kind === "resume") return readCrossValidationFacts(folder);
  checkUnused(folder);
  const { given, command } = request;
  const options = defined(pick(given, DATA_KEYS));
  const folds = await listFolds(given.data, options, (progress) => onEvent({ kind: "data", ...progress }));
  onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  const id = basename(folder);
  const facts = { version: 1, id, created: new Date().toISOString(), command, given, folds } as const;
  writeCrossValidation(folder, facts);
  return facts;
}

function requestOf(
  request: FoldsRequest,
  { given, command }: CrossValidationFacts,
  fold: number,
  begun: boolean,
): RunRequest {
  const folder = foldFolder(request.folder, fold);
  const { cache } = request;
  if (begun) {
    const allowOtherArithmetic = request.kind === "resume" && request.allowOtherArithmetic === true;
    return { kind: "resume", folder, allowOtherArithmetic, ...defined({ cache }) };
  }
  return {
    kind: "new",
    folder,
    given: { ...given, fold },
    command: command === "" ? "" : `${command} --fold ${fold}`,
    ...defined({ cache }),
  };
}

/** Removes the facts of a cross-validation of which no run has begun, so that its folder can be used again. */
function discardUnbegun(folder: string, { folds }: CrossValidationFacts): void {
  if (folds.some((fold) => folderState(foldFolder(folder, fold)) !== "unused")) return;
  removeFacts(folder);
}
