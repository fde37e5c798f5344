import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Random } from "./random.mjs";

/** The errors that explain to users what they can change. */
const FOR_USERS = new Set(["TrainError", "ConfigError", "DivergedError", "DataError", "GraphError", "RuleError"]);
const MEMORY = 2 ** 30;

const [script, target, ...numbers] = process.argv.slice(2);
const [seed, from, count] = numbers.map(Number);
const home = mkdtempSync(join(tmpdir(), `downhill-fuzz-${target}-`));
process.once("exit", () => rmSync(home, { recursive: true, force: true }));
process.env.XDG_CACHE_HOME = join(home, "cache");

const { prepare, run, forUsers = [] } = await import(pathToFileURL(script).href);
const state = await prepare(home);
for (let index = from; index < from + count; index++) {
  process.send({ index });
  const folder = join(home, "input");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  process.send({ index, ...(await outcome(() => run(state, new Random(target, seed, index), folder))) });
}
process.disconnect();

async function outcome(work) {
  let result = { accepted: true };
  try {
    await work();
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    if ((FOR_USERS.has(name) || forUsers.includes(name)) && !/\n {4}at /.test(message)) result = { accepted: false };
    else result = { problem: name === "AssertionError" ? `accepted wrongly: ${message}` : stack };
  }
  const bytes = 1024 * process.resourceUsage().maxRSS;
  return bytes > MEMORY ? { problem: `${(bytes / MEMORY).toFixed(2)} GiB of memory` } : result;
}
