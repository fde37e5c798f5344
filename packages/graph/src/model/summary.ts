import { checkCount } from "../core/check.ts";
import { input } from "../core/input.ts";
import { showShape, sizeOf } from "../core/shape.ts";
import type { Model } from "./model.ts";
import type { LayerRecord } from "./scope.ts";

export interface SummaryOptions {
  /** Images in a batch; default 1. */
  readonly batchSize?: number;
}

export interface SummaryRow extends LayerRecord {
  /** Bytes of the output, in float32. */
  readonly memory: number;
}

export interface Summary {
  /** The layers that have parameters, in the order of the forward pass. */
  readonly rows: readonly SummaryRow[];
  readonly totals: {
    /** Numbers that are trained. */
    readonly parameters: number;
    /** Of the forward pass; one is two floating point operations. A training step takes about three times as many. */
    readonly multiplyAdds: number;
    /** Bytes of the outputs of all rows. */
    readonly memory: number;
    /** Bytes of the parameters. */
    readonly parameterMemory: number;
  };
  /** The rows as a table, with the totals below. */
  toString(): string;
}

/**
 * What a model consists of, and what a batch costs.
 * @throws GraphError where the batch size is not a whole number of at least 1
 * @example console.log(String(summary(resnet([3, 32, 32], 10), { batchSize: 128 })));
 */
export function summary(model: Model, { batchSize = 1 }: SummaryOptions = {}): Summary {
  checkCount("summary", "batchSize", batchSize);
  const { layers } = model.apply(input("images", [batchSize, ...model.imageShape]));
  const rows = layers.map((layer) => ({ ...layer, memory: BYTES * sizeOf(layer.outputShape) }));
  // Of the model, not of the rows: layers may share a parameter.
  const parameters = model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const totals = {
    parameters,
    multiplyAdds: rows.reduce((total, { multiplyAdds }) => total + multiplyAdds, 0),
    memory: rows.reduce((total, { memory }) => total + memory, 0),
    parameterMemory: BYTES * parameters,
  };
  return { rows, totals, toString: () => table(model, batchSize, rows, totals) };
}

/** Of a float32. */
const BYTES = 4;

const HEADER = ["Layer", "Kind", "Output", "Parameters", "Multiply-adds", "Memory"] as const;
/** Where the columns of numbers begin. */
const NUMBERS = 3;

function table(model: Model, batchSize: number, rows: readonly SummaryRow[], totals: Summary["totals"]): string {
  const numbers = ({ parameters, multiplyAdds, memory }: Omit<Summary["totals"], "parameterMemory">): string[] => [
    count(parameters),
    count(multiplyAdds),
    bytes(memory),
  ];
  const cells = rows.map((row) => [row.name, row.kind, showShape(row.outputShape), ...numbers(row)]);
  const total = ["Total", "", "", ...numbers(totals)];
  const widths = HEADER.map((_, i) => Math.max(...[HEADER, ...cells, total].map((row) => (row[i] as string).length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i < NUMBERS ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join("  ");
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [
    `${model.name}: ${showShape([batchSize, ...model.imageShape])} to ${showShape([batchSize, model.classes])}`,
    line(HEADER),
    rule,
    ...cells.map(line),
    rule,
    line(total),
    `Parameters: ${bytes(totals.parameterMemory)}. Forward pass: ${count(2 * totals.multiplyAdds)} floating point operations.`,
  ].join("\n");
}

const count = (value: number): string => value.toLocaleString("en-US");

function bytes(value: number): string {
  const [size, unit] = value >= 2 ** 20 ? [value / 2 ** 20, "MiB"] : [value / 2 ** 10, "KiB"];
  return `${size.toFixed(1)} ${unit}`;
}
