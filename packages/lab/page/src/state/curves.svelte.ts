import type { Curves } from "../../../src/api/wire.ts";
import { type CurvesRequest, fetchCurves } from "./api.ts";

/** Milliseconds between two requests for the curves of a run. */
const PAUSE = 80;

interface Fetching {
  request: CurvesRequest;
  isBusy: boolean;
  /** True if a newer request waits for the one in progress. */
  waits: boolean;
}

/**
 * Curves of the opened runs. They lie outside of Svelte's state, which would watch each number; `version` changes with
 * them.
 */
class CurveStore {
  version = $state(0);
  readonly #curves = new Map<string, Curves>();
  readonly #fetching = new Map<string, Fetching>();

  /** Returns the last received curves of a run. */
  of(id: string): Curves | undefined {
    return this.#curves.get(id);
  }

  /** Forgets all runs but some. */
  keep(ids: readonly string[]): void {
    for (const id of this.#curves.keys()) {
      if (ids.includes(id)) continue;
      this.#curves.delete(id);
      this.#fetching.delete(id);
    }
  }

  /** Fetches curves. While a request of the same run is in progress, only the newest further one is kept. */
  request(request: CurvesRequest): void {
    const current = this.#fetching.get(request.run) ?? { request, isBusy: false, waits: false };
    this.#fetching.set(request.run, current);
    current.request = request;
    if (current.isBusy) current.waits = true;
    else void this.#fetch(current);
  }

  async #fetch(fetching: Fetching): Promise<void> {
    fetching.isBusy = true;
    fetching.waits = false;
    const { run } = fetching.request;
    try {
      const curves = await fetchCurves(fetching.request);
      if (this.#fetching.get(run) === fetching) {
        this.#curves.set(run, curves);
        this.version++;
      }
    } catch {
      // The events of the run report the problem; the curves so far stay visible.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    fetching.isBusy = false;
    if (fetching.waits) void this.#fetch(fetching);
  }
}

export const curveStore = new CurveStore();
