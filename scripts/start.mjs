import { ensure, run } from "./ensure.mjs";

ensure();
run(process.execPath, ["examples/first-steps.mjs", ...process.argv.slice(2)]);
