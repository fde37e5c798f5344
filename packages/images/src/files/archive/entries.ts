import { posix } from "node:path";
import { listFirst, plural } from "../../text/lists.ts";

/** The maximum number of links that lead from one to the next. */
const MOST_LINKS = 40;

/**
 * The entries of an archive by their paths. Of entries with one path, the last one counts. Links to files of the archive
 * are followed.
 */
export class Entries<T> {
  readonly #files = new Map<string, T>();
  readonly #links = new Map<string, string>();
  readonly #repeated = new Set<string>();
  readonly #others: string[] = [];

  /** Adds a file. */
  addFile(path: string, file: T): void {
    this.#forget(path);
    this.#files.set(path, file);
  }

  /** Adds a link. @param target the path of the linked file within the archive, not normalized */
  addLink(path: string, target: string): void {
    this.#forget(path);
    this.#links.set(path, posix.normalize(target));
  }

  /** Adds a pipe, a device or another entry without contents. */
  addOther(path: string): void {
    this.#others.push(path);
  }

  #forget(path: string): void {
    if (this.#files.delete(path) || this.#links.delete(path)) this.#repeated.add(path);
  }

  /** Returns the files, and notes the entries that are left out. @param archive the archive's name, for the notes */
  finish(archive: string, note: (text: string) => void): ReadonlyMap<string, T> {
    const linked: (readonly [string, T])[] = [];
    const lost: string[] = [];
    for (const [path, target] of this.#links) {
      let at: string | undefined = target;
      for (let i = 0; at !== undefined && !this.#files.has(at) && i < MOST_LINKS; i++) at = this.#links.get(at);
      const file = at === undefined ? undefined : this.#files.get(at);
      if (file === undefined) lost.push(path);
      else linked.push([path, file]);
    }
    for (const [path, file] of linked) this.#files.set(path, file);
    const list = (paths: Iterable<string>): string => listFirst([...paths].sort(), 3);
    const { size } = this.#repeated;
    if (size > 0) {
      note(`${archive} has ${plural(size, "path")} more than once; the last entry is used: ${list(this.#repeated)}.`);
    }
    if (lost.length > 0) {
      const leads = lost.length === 1 ? "leads" : "lead";
      note(
        `In ${archive}, ${plural(lost.length, "link")} that ${leads} to no file of it ${isOrAre(lost)} left out: ${list(lost)}.`,
      );
    }
    const others = this.#others;
    if (others.length > 0) {
      const what = plural(
        others.length,
        "pipe, device or other special entry",
        "pipes, devices or other special entries",
      );
      note(`In ${archive}, ${what} ${isOrAre(others)} left out: ${list(others)}.`);
    }
    return this.#files;
  }
}

const isOrAre = ({ length }: { readonly length: number }): string => (length === 1 ? "is" : "are");
