import type { Progress } from "../../../src/api/types.ts";

/** Milliseconds until a hidden page closes its connection: a browser has few connections to one server. */
const HIDDEN = 5000;

/** Listeners of the stream of events. */
export interface Listeners {
  /** Called after each connection and whenever the list of runs has changed. */
  onList(): void;
  onProgress(progress: Progress): void;
}

/** Connection to the server's events. The browser reconnects by itself, and the server then sends the whole state again. */
class Live {
  isConnected = $state(true);
  #source: EventSource | null = null;
  #ids = "";
  #listeners: Listeners | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#timer);
      if (document.hidden) this.#timer = setTimeout(() => this.#close(), HIDDEN);
      else if (this.#source === null) this.#open();
    });
  }

  /** Follows some runs, and the list of runs. */
  follow(ids: readonly string[], listeners: Listeners): void {
    const query = new URLSearchParams(ids.map((id) => ["run", id])).toString();
    if (this.#listeners !== null && query === this.#ids) return;
    this.#ids = query;
    this.#listeners = listeners;
    this.#open();
  }

  #open(): void {
    this.#close();
    if (this.#listeners === null) return;
    const { onList, onProgress } = this.#listeners;
    const source = new EventSource(`/api/events?${this.#ids}`);
    this.#source = source;
    source.addEventListener("open", () => {
      this.isConnected = true;
    });
    source.addEventListener("error", () => {
      this.isConnected = false;
      // After a refused connection, the browser does not try again.
      if (source.readyState === EventSource.CLOSED) this.#timer = setTimeout(() => this.#open(), 1000);
    });
    source.addEventListener("list", () => onList());
    source.addEventListener("run", ({ data }) => onProgress(JSON.parse(data as string) as Progress));
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

export const live = new Live();
