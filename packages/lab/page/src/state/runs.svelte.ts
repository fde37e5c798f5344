import type { ListedRun, Progress, RunDetails } from "../../../src/api/types.ts";
import { fetchDetails, fetchList } from "./api.ts";
import { live } from "./live.svelte.ts";

/** Opened run. */
export interface OpenRun {
  readonly id: string;
  details: RunDetails | null;
  progress: Progress | null;
  /** Reason why the run cannot be shown; null if it can. */
  problem: string | null;
}

class Runs {
  folder = $state("");
  list: readonly ListedRun[] = $state.raw([]);
  /** True once the list was received. */
  isLoaded = $state(false);
  problem: string | null = $state(null);
  open: readonly OpenRun[] = $state([]);

  /** Opens runs and follows their progress. */
  show(ids: readonly string[]): void {
    const known = new Map(this.open.map((run) => [run.id, run]));
    this.open = ids.map((id) => known.get(id) ?? { id, details: null, progress: null, problem: null });
    for (const run of this.open) if (run.details === null) void this.#load(run.id);
    live.follow(ids, { onList: () => void this.refresh(), onProgress: (progress) => this.#onProgress(progress) });
  }

  /** Fetches the list of runs. */
  async refresh(): Promise<void> {
    try {
      const { folder, runs } = await fetchList();
      this.folder = folder;
      this.list = runs;
      this.problem = null;
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.isLoaded = true;
  }

  #find(id: string): OpenRun | undefined {
    return this.open.find((run) => run.id === id);
  }

  async #load(id: string): Promise<void> {
    try {
      const details = await fetchDetails(id);
      const run = this.#find(id);
      if (!run) return;
      run.details = details;
      run.problem = null;
      if (run.progress === null) run.progress = details.progress;
    } catch (error) {
      const run = this.#find(id);
      if (run) run.problem = (error as Error).message;
    }
  }

  #onProgress(progress: Progress): void {
    const run = this.#find(progress.id);
    if (!run) return;
    const before = run.progress;
    run.progress = progress;
    if (progress.problem !== null) run.problem = progress.problem;
    const isOther =
      before?.epochs !== progress.epochs ||
      before.status !== progress.status ||
      before.generation !== progress.generation;
    const hasNoMetrics = (run.details?.metrics.length ?? 0) === 0 && progress.rows > 0;
    if (isOther || hasNoMetrics) void this.#load(progress.id);
  }
}

export const runs = new Runs();
