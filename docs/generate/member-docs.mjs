import { readFileSync } from "node:fs";

const SOURCES = new URL("../../packages/optim/src/", import.meta.url);

/** Lines for what many optimizers or schedules have, and no file declares. */
const COMMON = {
  optimizers: { maximize: "True to maximize instead of minimize: the gradient changes its sign." },
  schedules: { schedule: "Schedule that this one changes.", schedules: "Schedules that this one combines." },
  controllers: {},
};

/**
 * Reads the doc comments of an optimizer's hyperparameters, or of a schedule's arguments, from its source file.
 * @param {"optimizers" | "schedules" | "controllers"} folder
 * @param {string} name the exported name
 * @returns {Record<string, string>} comments by hyperparameter or argument
 */
export function memberDocs(folder, name) {
  const index = readFileSync(new URL(`${folder}/index.ts`, SOURCES), "utf8");
  const file = new RegExp(`export \\{[^}]*\\b${name}\\b[^}]*\\} from "\\./(.+)"`).exec(index)?.[1];
  if (!file) throw new Error(`${folder}/index.ts does not export ${name}`);
  // Controllers share the arguments that define what is better.
  const files = folder === "controllers" ? ["metric.ts", file] : [file];
  const source = files.map((each) => readFileSync(new URL(`${folder}/${each}`, SOURCES), "utf8")).join("\n");
  const members = source.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*(\w+)\s*:/gs);
  return {
    ...COMMON[folder],
    ...Object.fromEntries([...members].map(([, text, member]) => [member, onOneLine(text)])),
  };
}

/** The text on one line, without the default, which has a column of its own. */
const onOneLine = (text) =>
  text
    .replaceAll(/^\s*\*/gm, "")
    .replaceAll(/\s+/g, " ")
    .replace(/ Default \S+\.\s*$/, "")
    .trim();
