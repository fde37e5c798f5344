import { readdirSync } from "node:fs";
import { ensure, root, run } from "./ensure.mjs";

const [name, ...args] = process.argv.slice(2);
const names = readdirSync(`${root}/benchmarks`)
  .filter((file) => file.endsWith(".mjs"))
  .map((file) => file.slice(0, -".mjs".length));

if (!names.includes(name)) {
  if (name) console.error(`No benchmark is named "${name}". Did you mean "${nearest(name, names)}"?`);
  console.error(`Usage: npm run bench -- NAME [ARGUMENTS]\nNAME is one of: ${names.join(", ")}`);
  process.exit(2);
}

ensure();
run(process.execPath, [`benchmarks/${name}.mjs`, ...args]);

function nearest(word, candidates) {
  const distance = (candidate) => editDistance(word, candidate);
  return candidates.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** Returns the Levenshtein distance: the fewest insertions, deletions and replacements that turn a into b. */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
