import { checkCount } from "../core/check.ts";
import { input } from "../core/input.ts";
import { at, showShape, sizeOf } from "../core/shape.ts";
import { checkModel } from "./check-network.ts";
import type { Model } from "./model.ts";
import { OUTPUT } from "./outputs.ts";
import type { LayerRecord } from "./scope.ts";

export interface SummaryOptions {
  /** Batch size; default 1. */
  readonly batchSize?: number;
}

export interface SummaryRow extends LayerRecord {
  /** Memory of the output, in bytes. */
  readonly memory: number;
}

export interface Summary {
  /** Layers with parameters, in the order of the forward pass. */
  readonly rows: readonly SummaryRow[];
  readonly totals: {
    /** Number of trained values. */
    readonly parameters: number;
    /** Multiply-adds of the forward pass, of two floating-point operations each. A training step takes about three times as many. */
    readonly multiplyAdds: number;
    /** Memory of the outputs of all rows, in bytes. */
    readonly memory: number;
    /** Memory of the parameters, in bytes. */
    readonly parameterMemory: number;
  };
  /** Formats the rows as a table, with the totals below. */
  toString(): string;
}

/**
 * Lists the layers of a model with their cost for one batch.
 * @throws GraphError if the batch size is not a whole number of at least 1
 * @example console.log(String(summary(resnet([3, 32, 32], 10), { batchSize: 128 })));
 */
export function summary(model: Model, { batchSize = 1 }: SummaryOptions = {}): Summary {
  checkModel("summary", model);
  checkCount("summary", "batchSize", batchSize);
  const { layers } = model.apply(input("images", [batchSize, ...model.imageShape]));
  const rows = layers.map((layer) => ({ ...layer, memory: BYTES_PER_FLOAT * sizeOf(layer.outputShape) }));
  // Not the sum over the rows, since layers may share a parameter.
  const parameters = model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const totals = {
    parameters,
    multiplyAdds: rows.reduce((total, { multiplyAdds }) => total + multiplyAdds, 0),
    memory: rows.reduce((total, { memory }) => total + memory, 0),
    parameterMemory: BYTES_PER_FLOAT * parameters,
  };
  return { rows, totals, toString: () => table(model, batchSize, rows, totals) };
}

const BYTES_PER_FLOAT = 4;

const HEADER = ["Layer", "Kind", "Output", "Parameters", "Multiply-adds", "Memory"] as const;
/** Index of the first column of numbers. */
const FIRST_NUMBER = 3;

function table(model: Model, batchSize: number, rows: readonly SummaryRow[], totals: Summary["totals"]): string {
  const numbers = ({ parameters, multiplyAdds, memory }: Omit<Summary["totals"], "parameterMemory">): string[] => [
    count(parameters),
    count(multiplyAdds),
    bytes(memory),
  ];
  const cells = rows.map((row) => [row.name, row.kind, showShape(row.outputShape), ...numbers(row)]);
  const total = ["Total", "", "", ...numbers(totals)];
  const widths = HEADER.map((_, i) => Math.max(...[HEADER, ...cells, total].map((row) => at(row, i).length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i < FIRST_NUMBER ? cell.padEnd(at(widths, i)) : cell.padStart(at(widths, i)))).join("  ");
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [
    `${model.name}: ${showShape([batchSize, ...model.imageShape])} to ${showOutputs(model, batchSize)}`,
    line(HEADER),
    rule,
    ...cells.map(line),
    rule,
    line(total),
    `Parameters: ${bytes(totals.parameterMemory)}. Forward pass: ${count(2 * totals.multiplyAdds)} floating-point operations.`,
  ].join("\n");
}

/** Formats the shapes of the outputs, with their names if there are several. */
function showOutputs({ outputs }: Model, batchSize: number): string {
  const shapes = Object.entries(outputs).map(([name, shape]) => [name, showShape([batchSize, ...shape])] as const);
  return shapes.map(([name, shape]) => (name === OUTPUT ? shape : `${name} ${shape}`)).join(", ");
}

const count = (value: number): string => value.toLocaleString("en-US");

function bytes(value: number): string {
  const [size, unit] = value >= 2 ** 20 ? [value / 2 ** 20, "MiB"] : [value / 2 ** 10, "KiB"];
  return `${size.toFixed(1)} ${unit}`;
}
