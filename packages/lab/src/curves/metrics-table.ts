import type { Epoch } from "../api/types.ts";
import { Column } from "./column.ts";
import { float64 } from "./growing.ts";
import { Smoother } from "./smooth.ts";
import { StepParser } from "./step-parser.ts";

const NEWLINE = 10;
/** Keys of a step that have no column of values. */
const POSITIONS: ReadonlySet<string> = new Set(["step", "epoch"]);

/** Epoch as the metrics file describes it. */
export type ReadEpoch = Omit<Epoch, "samples" | "time">;

/** Places of the values of a line. */
interface Layout {
  readonly step: number;
  readonly epoch: number;
  /** Place of the batch size; -1 without one. */
  readonly batchSize: number;
  /** Column of each value; null for positions. */
  readonly targets: readonly (Column | null)[];
  /** True if each column has a value. */
  readonly isComplete: boolean;
}

/** Metrics of a run in columns that grow line by line. */
export class MetricsTable {
  readonly columns = new Map<string, Column>();
  /** Number of each step, from 0. */
  readonly steps = float64();
  /** Number of images up to the end of each step. */
  readonly samples = float64();
  /** Row of the first step of each epoch that has begun. */
  readonly starts: number[] = [];
  readonly epochs: ReadEpoch[] = [];
  readonly smoother = new Smoother();
  /** Number of lines that are neither a step nor an epoch. */
  damaged = 0;
  readonly #parser = new StepParser();
  #keys: readonly string[] = [];
  #layout: Layout = { step: -1, epoch: -1, batchSize: -1, targets: [], isComplete: true };
  #epoch = -1;

  get rows(): number {
    return this.steps.length;
  }

  /**
   * Adds all complete lines of a buffer.
   * @param bytes the byte at `length` is no part of a number or key
   * @returns the index after the last complete line
   */
  addLines(bytes: Buffer, length: number): number {
    let from = 0;
    while (from < length) {
      const next = this.#parser.readExpected(bytes, from);
      if (next >= 0 && next <= length) {
        this.#addStep();
        from = next;
        continue;
      }
      const to = bytes.indexOf(NEWLINE, from);
      if (to < 0 || to >= length) break;
      this.#addLine(bytes.toString("utf8", from, to));
      from = to + 1;
    }
    return from;
  }

  #addLine(text: string): void {
    if (text === "") return;
    if (this.#parser.readAny(text)) this.#addStep();
    else if (!this.#addEpoch(text)) this.damaged++;
  }

  #addStep(): void {
    const { keys, values } = this.#parser;
    if (keys !== this.#keys) this.#expect(keys);
    const row = this.rows;
    const { step, epoch, batchSize, targets, isComplete } = this.#layout;
    if (values[epoch] !== this.#epoch) {
      this.#epoch = values[epoch] as number;
      this.starts.push(row);
    }
    for (let i = 0; i < targets.length; i++) targets[i]?.push(values[i] as number);
    this.steps.push(values[step] as number);
    const images = values[batchSize] ?? 0;
    this.samples.push((this.samples.at(row - 1) ?? 0) + (images > 0 ? images : 0));
    if (isComplete) return;
    // Columns that this line lacks have a gap.
    for (const column of this.columns.values()) if (column.length === row) column.push(Number.NaN);
  }

  #expect(keys: readonly string[]): void {
    this.#keys = keys;
    const targets = keys.map((key) => (POSITIONS.has(key) ? null : this.#columnOf(key)));
    const [step, epoch, batchSize] = ["step", "epoch", "batchSize"].map((key) => keys.indexOf(key)) as [
      ...[number, number, number],
    ];
    const isComplete = this.columns.size === targets.filter((column) => column !== null).length;
    this.#layout = { step, epoch, batchSize, targets, isComplete };
  }

  #columnOf(name: string): Column {
    const known = this.columns.get(name);
    if (known) return known;
    const column = new Column();
    for (let row = 0; row < this.rows; row++) column.push(Number.NaN);
    this.columns.set(name, column);
    return column;
  }

  #addEpoch(text: string): boolean {
    const epoch = epochOf(text);
    if (epoch !== null) this.epochs.push(epoch);
    return epoch !== null;
  }
}

function epochOf(text: string): ReadEpoch | null {
  try {
    const { epoch, steps, train, evaluation } = JSON.parse(text) as Record<string, Record<string, unknown> | null>;
    if (typeof epoch !== "number" || typeof steps !== "number") return null;
    return {
      epoch,
      steps,
      trainLoss: numberOrNull(train?.loss),
      trainAccuracy: numberOrNull(train?.accuracy),
      part: typeof evaluation?.part === "string" ? evaluation.part : null,
      loss: numberOrNull(evaluation?.loss),
      accuracy: numberOrNull(evaluation?.accuracy),
    };
  } catch {
    return null;
  }
}

const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
