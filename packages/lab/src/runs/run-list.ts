import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type RunSummary, summarizeRun } from "@downhill/train";
import type { ListedRun, Status } from "../api/types.ts";
import { quickRow } from "./quick-row.ts";
import { entryOf, FILES, runFolder } from "./run-place.ts";

/** Row of the list with the state of the files from which it was read. */
interface Kept {
  /** State of all files, and of those that change only when the run starts or ends. */
  readonly state: string;
  readonly identity: string;
  readonly run: ListedRun;
  /** Time of reading in milliseconds. */
  readonly time: number;
}

/** Milliseconds for which the row of a running run is kept, so that following a run costs the training little. */
const FRESH = 1000;
/** Number of the first files that change only when a run starts or ends. */
const ENDS = 3;

/** List of the runs in a folder. A run is read again only if a file of its folder has changed. */
export class RunList {
  readonly root: string;
  #kept = new Map<string, Kept>();

  constructor(root: string) {
    this.root = root;
  }

  /** Returns all runs, newest first, and those that cannot be read at the end. */
  list(): ListedRun[] {
    const found = new Map<string, Kept>();
    for (const id of this.#ids()) found.set(id, this.#read(id));
    this.#kept = found;
    return [...found.values()]
      .map(({ run }) => run)
      .sort((a, b) => b.created.localeCompare(a.created) || a.id.localeCompare(b.id));
  }

  /**
   * Returns one run.
   * @throws Refusal if there is no such folder
   */
  get(id: string): ListedRun {
    runFolder(this.root, id);
    const kept = this.#read(id);
    this.#kept.set(id, kept);
    return kept.run;
  }

  #ids(): string[] {
    return namesIn(this.root).flatMap((name) =>
      exists(join(this.root, name, "cross-validation.json"))
        ? namesIn(join(this.root, name)).flatMap((fold) => this.#idIfRun(`${name}/${fold}`))
        : this.#idIfRun(name),
    );
  }

  #idIfRun(id: string): string[] {
    return exists(join(this.root, id, "run.json")) ? [id] : [];
  }

  #read(id: string): Kept {
    const states = statesOf(join(this.root, id));
    const [state, identity] = [states.join(" "), states.slice(0, ENDS).join(" ")];
    const kept = this.#kept.get(id);
    const time = performance.now();
    // The process of a running run can end without a change of its files.
    const isSame = kept?.state === state && kept.run.status !== "running";
    if (kept && (isSame || (kept.identity === identity && time < kept.time + FRESH))) return kept;
    return { state, identity, run: rowOf(this.root, id), time };
  }
}

function rowOf(root: string, id: string): ListedRun {
  try {
    const folder = runFolder(root, id);
    return quickRow(id, folder) ?? listed(id, summarizeRun(folder));
  } catch (error) {
    return { ...EMPTY, id, problem: (error as Error).message };
  }
}

function listed(id: string, { facts, status, steps, epochs, accuracy, loss }: RunSummary): ListedRun {
  const { lr } = facts.config;
  return {
    id,
    status,
    problem: null,
    created: facts.created,
    data: facts.data.name,
    model: facts.model.name,
    optimizer: facts.optimizer.name,
    lr: typeof lr === "number" ? lr : null,
    batchSize: facts.config.batchSize,
    seed: facts.seed,
    steps,
    epochs,
    totalEpochs: facts.config.epochs,
    accuracy: finite(accuracy),
    loss: finite(loss),
  };
}

const EMPTY: Omit<ListedRun, "id" | "problem"> = {
  status: "unreadable" satisfies Status,
  created: "",
  data: "",
  model: "",
  optimizer: "",
  lr: null,
  batchSize: null,
  seed: null,
  steps: 0,
  epochs: 0,
  totalEpochs: 0,
  accuracy: null,
  loss: null,
};

export const finite = (value: number | null | undefined): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** Returns a text for each file of a run folder that changes with the file. */
function statesOf(folder: string): string[] {
  return FILES.map((name) => {
    const found = entryOf(join(folder, name));
    return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : "";
  });
}

/** True also for links, which are refused when the run is read. */
const exists = (path: string): boolean => entryOf(path) !== undefined;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
