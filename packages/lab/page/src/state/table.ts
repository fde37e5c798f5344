import type { ListedRun } from "../../../src/api/types.ts";

/** Column of the list of runs. */
export interface Column {
  readonly key: string;
  readonly heading: string;
  readonly isNumber?: boolean;
  readonly value: (run: ListedRun) => string | number | null;
}

export const COLUMNS: readonly Column[] = [
  { key: "id", heading: "Run", value: ({ id }) => id },
  { key: "status", heading: "Status", value: ({ status }) => status },
  { key: "accuracy", heading: "Accuracy", isNumber: true, value: ({ accuracy }) => accuracy },
  { key: "loss", heading: "Loss", isNumber: true, value: ({ loss }) => loss },
  { key: "epochs", heading: "Epochs", isNumber: true, value: ({ epochs }) => epochs },
  { key: "model", heading: "Model", value: ({ model }) => model },
  { key: "optimizer", heading: "Optimizer", value: ({ optimizer }) => optimizer },
  { key: "lr", heading: "Rate", isNumber: true, value: ({ lr }) => lr },
  { key: "batchSize", heading: "Batch", isNumber: true, value: ({ batchSize }) => batchSize },
  { key: "data", heading: "Data", value: ({ data }) => data },
  { key: "created", heading: "Started", value: ({ created }) => created },
];

/** Returns the runs that contain all words of a search, in any of their fields. */
export function search(runs: readonly ListedRun[], text: string): readonly ListedRun[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return runs;
  return runs.filter((run) => {
    const { id, status, model, optimizer, data, created, problem } = run;
    const all = [id, status, model, optimizer, data, created, problem ?? ""].join(" ").toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Returns the runs in the order of a column; those without a value come last. A minus sign before the key means falling. */
export function sorted(runs: readonly ListedRun[], order: string): readonly ListedRun[] {
  const isFalling = order.startsWith("-");
  const column = COLUMNS.find(({ key }) => key === order.replace(/^-/, ""));
  if (!column) return runs;
  const sign = isFalling ? -1 : 1;
  return runs.toSorted((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (left === null || left === "") return right === null || right === "" ? 0 : 1;
    if (right === null || right === "") return -1;
    return (
      sign *
      (typeof left === "number" ? left - (right as number) : left.localeCompare(String(right), "en", { numeric: true }))
    );
  });
}
