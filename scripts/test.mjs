import { ensure, run } from "./ensure.mjs";

ensure();
run(process.execPath, ["scripts/programs.mjs"]);
run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]);
