// Long files hide several ideas: a source file has at most 300 lines, and half of them have at most 80.
import { readFileSync } from "node:fs";
import { filesThat } from "./files.mjs";

const LONGEST = 300;
const MEDIAN = 80;

const lengths = filesThat(/^packages\/(\w+\/src|lab\/page)\/.*\.(ts|svelte)$/).map((path) => ({
  path,
  lines: readFileSync(path, "utf8").split("\n").length - 1,
}));
const { lines: median } = lengths.toSorted((a, b) => a.lines - b.lines)[Math.floor(lengths.length / 2)];
const problems = lengths
  .filter(({ lines }) => lines > LONGEST)
  .map(
    ({ path, lines }) =>
      `${path}: ${lines} lines. Expected at most ${LONGEST}. Move one of its ideas to a file of its own.`,
  );
if (median > MEDIAN) problems.push(`The median file has ${median} lines. Expected at most ${MEDIAN}.`);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
}
