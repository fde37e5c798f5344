// Checks the built site: every link, anchor and file in it exists, and no page makes a request to another host
import { fileURLToPath } from "node:url";
import { problemsOf } from "./site.mjs";

const SHOWN = 20;
const problems = problemsOf(fileURLToPath(new URL("../.vitepress/dist", import.meta.url)));
for (const problem of problems.slice(0, SHOWN)) console.error(problem);
if (problems.length > SHOWN) console.error(`and ${problems.length - SHOWN} more`);
if (problems.length > 0) process.exit(1);
