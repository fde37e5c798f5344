import type { Epoch } from "../api/types.ts";
import { Column } from "./column.ts";
import { float64 } from "./growing.ts";
import { Smoother } from "./smooth.ts";
import { StepParser } from "./step-parser.ts";

/** Keys of a step that have no column of values. */
const POSITIONS: ReadonlySet<string> = new Set(["step", "epoch"]);

/** Epoch as the metrics file describes it. */
export type ReadEpoch = Omit<Epoch, "samples" | "time">;

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
  /** Column of each key of the parser; null for positions. */
  #targets: readonly (Column | null)[] = [];
  #epoch = -1;

  get rows(): number {
    return this.steps.length;
  }

  /** Adds the line between two positions of a buffer. */
  add(bytes: Buffer, from: number, to: number): void {
    if (from === to) return;
    if (this.#parser.read(bytes, from, to)) this.#addStep();
    else if (!this.#addEpoch(bytes.toString("utf8", from, to))) this.damaged++;
  }

  #addStep(): void {
    const { keys, values } = this.#parser;
    if (keys !== this.#keys) this.#expect(keys);
    const row = this.rows;
    let batchSize = 0;
    for (let i = 0; i < keys.length; i++) {
      const value = values[i] as number;
      const column = this.#targets[i] as Column | null;
      if (column !== null) column.push(value);
      else if (keys[i] === "step") this.steps.push(value);
      else if (value !== this.#epoch) {
        this.#epoch = value;
        this.starts.push(row);
      }
      if (keys[i] === "batchSize" && Number.isFinite(value)) batchSize = value;
    }
    this.samples.push((this.samples.at(row - 1) ?? 0) + batchSize);
    // Columns that this line lacks have a gap.
    for (const column of this.columns.values()) if (column.length === row) column.push(Number.NaN);
  }

  #expect(keys: readonly string[]): void {
    this.#keys = keys;
    this.#targets = keys.map((key) => (POSITIONS.has(key) ? null : this.#columnOf(key)));
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
