/**
 * The results of one part of a benchmark. `rows` hold plain numbers, for --json; `columns` format them.
 *
 * @typedef {object} Section
 * @property {string} title
 * @property {[heading: string, show: (row: any) => string][]} columns
 * @property {Record<string, any>[]} rows
 * @property {string[]} [notes]
 */

/** Creates a target of this project. It is printed and never asserted, because machines differ. */
export const target = (text, met) => ({ text, met });

export const showTarget = ({ target: goal }) => (goal ? `${goal.text}: ${goal.met ? "met" : "MISSED"}` : "");

/** Formats nanoseconds as a time for people. */
export function time(ns) {
  if (ns === undefined) return "";
  if (ns < 1e6) return `${(ns / 1e3).toPrecision(3)} us`;
  return ns < 1e9 ? `${(ns / 1e6).toPrecision(3)} ms` : `${(ns / 1e9).toPrecision(3)} s`;
}

/** Formats a median ratio with its quartiles. */
export const times = (ratio) =>
  ratio ? `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}-${ratio.high.toFixed(2)})` : "";

export const thousands = (n) => n.toLocaleString("en-US");

/** Formats a table that is legible as text and valid Markdown. @param {Section} section */
export function table({ columns, rows }) {
  const lines = [columns.map(([heading]) => heading), ...rows.map((row) => columns.map(([, show]) => show(row)))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const isNumber = columns.map((_, i) => lines.slice(1).every((line) => /^([\d~].*)?$/.test(line[i])));
  const pad = (cell, i) => (isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]));
  const [heading, ...body] = lines.map((line) => `| ${line.map(pad).join(" | ")} |`);
  const rule = `|${widths.map((width, i) => `-${"-".repeat(width)}${isNumber[i] ? ":" : "-"}`).join("|")}|`;
  return [heading, rule, ...body].join("\n");
}
