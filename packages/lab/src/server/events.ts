import type { Progress } from "../api/types.ts";
import type { OpenRuns } from "../runs/open-runs.ts";
import type { RunList } from "../runs/run-list.ts";
import { Mailbox } from "./mailbox.ts";

/** Milliseconds between two looks at running runs. Polling also works on network drives, where notifications get lost. */
const POLL = 100;
/** Number of polls between two looks at runs that are not running. */
const REST = 10;
/** Milliseconds between two comments that keep a connection alive. */
const HEARTBEAT = 15_000;
/** The list of runs is read again after this multiple of the time that reading it took, so that it uses at most 2 % of a core. */
const LIST_SHARE = 50;
const LIST_INTERVAL = 1000;
const MOST_CLIENTS = 2000;

interface Client {
  readonly ids: ReadonlySet<string>;
  readonly mailbox: Mailbox;
}

/** Notifies pages of changes by server-sent events. An event only names the state; pages fetch the numbers that they show. */
export class Events {
  readonly #list: RunList;
  readonly #runs: OpenRuns;
  readonly #clients = new Set<Client>();
  readonly #latest = new Map<string, Progress>();
  #timer: NodeJS.Timeout | null = null;
  #polls = 0;
  #isPolling = false;
  #listText = "";
  #nextList = 0;
  #nextHeartbeat = 0;
  #number = 0;

  constructor(list: RunList, runs: OpenRuns) {
    this.#list = list;
    this.#runs = runs;
  }

  /** Number of open streams. */
  get clients(): number {
    return this.#clients.size;
  }

  /**
   * Opens a stream of events. It begins with the state of all followed runs, so that a page that reconnects needs no earlier
   * events.
   * @param ids followed runs
   * @returns null if there are too many streams
   */
  stream(ids: readonly string[]): ReadableStream<Uint8Array> | null {
    if (this.#clients.size >= MOST_CLIENTS) return null;
    const mailbox = new Mailbox();
    const client = { ids: new Set(ids), mailbox };
    this.#clients.add(client);
    mailbox.put("retry", "retry: 500\n\n");
    mailbox.put("list", this.#message("list", {}));
    // A run that is followed for the first time is read at once.
    for (const id of client.ids) {
      const latest = this.#latest.get(id);
      if (latest) mailbox.put(id, this.#message("run", latest));
      else void this.#follow(id);
    }
    this.#timer ??= setInterval(() => void this.#poll(), POLL);
    const encoder = new TextEncoder();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const message = await mailbox.take();
          if (message === null) controller.close();
          else controller.enqueue(encoder.encode(message));
        },
        cancel: () => this.#remove(client),
      },
      { highWaterMark: 0 },
    );
  }

  /** Ends all streams. */
  close(): void {
    for (const client of [...this.#clients]) this.#remove(client);
  }

  #remove(client: Client): void {
    client.mailbox.close();
    this.#clients.delete(client);
    if (this.#clients.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#latest.clear();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      const rests = this.#polls++ % REST !== 0;
      const ids = new Set([...this.#clients].flatMap((client) => [...client.ids]));
      for (const id of this.#latest.keys()) if (!ids.has(id)) this.#latest.delete(id);
      for (const id of ids) {
        const latest = this.#latest.get(id);
        if (latest?.status === "running" || !rests) await this.#follow(id);
      }
      this.#pollList();
      this.#beat();
    } catch {
      // The state so far stays; the next poll tries again, and requests of the page report the error.
    } finally {
      this.#isPolling = false;
    }
  }

  async #follow(id: string): Promise<void> {
    try {
      this.#publish(await this.#runs.follow(id, (progress) => this.#publish(progress)));
    } catch (error) {
      this.#publish({ ...GONE, id, problem: (error as Error).message });
    }
  }

  #publish(progress: Progress): void {
    const { id } = progress;
    if (JSON.stringify(this.#latest.get(id)) === JSON.stringify(progress)) return;
    this.#latest.set(id, progress);
    const message = this.#message("run", progress);
    for (const { ids, mailbox } of this.#clients) if (ids.has(id)) mailbox.put(id, message);
  }

  #pollList(): void {
    const start = performance.now();
    if (start < this.#nextList) return;
    const text = JSON.stringify(this.#list.list());
    const end = performance.now();
    this.#nextList = end + Math.max(LIST_INTERVAL, LIST_SHARE * (end - start));
    if (text === this.#listText) return;
    this.#listText = text;
    const message = this.#message("list", {});
    for (const { mailbox } of this.#clients) mailbox.put("list", message);
  }

  #beat(): void {
    const time = performance.now();
    if (time < this.#nextHeartbeat) return;
    this.#nextHeartbeat = time + HEARTBEAT;
    for (const { mailbox } of this.#clients) mailbox.put("heartbeat", ":\n\n");
  }

  #message(event: string, data: object): string {
    return `id: ${++this.#number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

const GONE: Omit<Progress, "id" | "problem"> = {
  status: "unreadable",
  rows: 0,
  epochs: 0,
  read: 1,
  damaged: 0,
  generation: -1,
};
