import { X_UNITS, type XUnit } from "../../../src/api/types.ts";

/** Visible part of the page: everything that an address of the page stores. */
export interface View {
  /** Opened runs; the list of runs is shown if there are none. */
  runs: string[];
  /** Run with which the others are compared; empty for none. */
  baseline: string;
  x: XUnit;
  isLogX: boolean;
  /** Metrics with a logarithmic vertical axis. */
  logY: string[];
  /** Half-life of the smoothing in steps; null for the default of the run. */
  smoothing: number | null;
  /** Visible range in units of the horizontal axis; null while the page follows the run. */
  range: readonly [from: number, to: number] | null;
  search: string;
  /** Column by which the list is sorted, with a minus sign for a falling order. */
  sort: string;
  /** Selected cell of the confusion matrix: true and predicted class; null for none. */
  cell: readonly [label: number, predicted: number] | null;
}

const DEFAULTS: View = {
  runs: [],
  baseline: "",
  x: "step",
  isLogX: false,
  logY: [],
  smoothing: null,
  range: null,
  search: "",
  sort: "-created",
  cell: null,
};

/** Reads the view from the query of an address. Invalid parts have their defaults. */
export function parseView(query: string): View {
  const parameters = new URLSearchParams(query);
  const text = (name: string): string => parameters.get(name) ?? "";
  const smoothing = Number.parseFloat(text("smooth"));
  return {
    runs: parameters.getAll("run"),
    baseline: text("base"),
    x: X_UNITS.find((unit) => unit === text("x")) ?? DEFAULTS.x,
    isLogX: parameters.get("log") === "x",
    logY: text("logy").split(",").filter(Boolean),
    smoothing: smoothing >= 0 ? smoothing : null,
    range: pair(text("range"), (from, to) => from < to),
    search: text("q"),
    sort: text("sort") || DEFAULTS.sort,
    cell: pair(text("cell"), (label, predicted) => label >= 0 && predicted >= 0),
  };
}

/** Returns the query of the address of a view, without the parts that have their defaults. */
export function queryOf(view: View): string {
  const parameters = new URLSearchParams();
  for (const run of view.runs) parameters.append("run", run);
  const parts: Readonly<Record<string, string>> = {
    base: view.baseline,
    x: view.x === DEFAULTS.x ? "" : view.x,
    logy: view.logY.join(","),
    smooth: view.smoothing === null ? "" : String(view.smoothing),
    range: view.range === null ? "" : view.range.map((value) => Number(value.toPrecision(8))).join(","),
    q: view.search,
    sort: view.sort === DEFAULTS.sort ? "" : view.sort,
    cell: view.cell === null ? "" : view.cell.join(","),
  };
  for (const [name, value] of Object.entries(parts)) if (value !== "") parameters.set(name, value);
  if (view.isLogX) parameters.set("log", "x");
  const query = parameters.toString();
  return query === "" ? "/" : `/?${query}`;
}

function pair(text: string, isValid: (a: number, b: number) => boolean): [number, number] | null {
  const [a = Number.NaN, b = Number.NaN, ...more] = text === "" ? [] : text.split(",").map(Number);
  return more.length === 0 && isValid(a, b) ? [a, b] : null;
}

/** Current view. */
export const view: View = $state(parseView(location.search));

/** Time in milliseconds before changes of the view reach the address: browsers limit how often it may change. */
const DELAY = 150;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Changes the view without an entry in the history. */
export function show(change: Partial<View>): void {
  Object.assign(view, change);
  clearTimeout(timer);
  timer = setTimeout(() => history.replaceState(null, "", queryOf(view)), DELAY);
}

/** Opens another page: its view has an entry in the history. */
export function go(change: Partial<View>): void {
  clearTimeout(timer);
  history.replaceState(null, "", queryOf(view));
  Object.assign(view, change);
  history.pushState(null, "", queryOf(view));
  scrollTo(0, 0);
}

/** Change of the view that opens runs. */
export const opened = (runs: string[]): Partial<View> => ({ runs, baseline: "", range: null, cell: null });

/** Returns the address of a view that differs from the current one. */
export const addressOf = (change: Partial<View>): string => queryOf({ ...view, ...change });

addEventListener("popstate", () => {
  clearTimeout(timer);
  Object.assign(view, parseView(location.search));
});
