import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type RunSummary, summarizeRun } from "@downhill/train";
import type { ListedRun, Status } from "../api/types.ts";
import { entryOf, FILES, runFolder } from "./run-place.ts";

/** Row of the list with the state of the files from which it was read. */
interface Kept {
  readonly state: string;
  readonly run: ListedRun;
}

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
    const state = stateOf(join(this.root, id));
    const kept = this.#kept.get(id);
    // The process of a running run can end without a change of its files.
    if (kept?.state === state && kept.run.status !== "running") return kept;
    return { state, run: rowOf(this.root, id) };
  }
}

function rowOf(root: string, id: string): ListedRun {
  try {
    return listed(id, summarizeRun(runFolder(root, id)));
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

/** Returns a text that changes with the files of a run folder. */
function stateOf(folder: string): string {
  return FILES.map((name) => {
    const found = entryOf(join(folder, name));
    return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : "";
  }).join(" ");
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
