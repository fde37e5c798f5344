// Measures a step of this project's optimizers. Argument as JSON: { build, model, optimizer, settings, bind, threads }.
import { readFileSync } from "node:fs";
import { answer, decline } from "../../common/answer.mjs";
import { fillGradient, model } from "../models.mjs";

try {
  const { build, model: name, optimizer, settings, bind, threads } = JSON.parse(process.argv[2]);
  const library = await import(build);
  if (!library[optimizer]) throw new Error(`'${optimizer}' is not exported yet`);
  const parameters = new library.Parameters(model(name), { threads });
  for (const tensor of parameters.names) {
    fillGradient(parameters.gradient(tensor));
    parameters.value(tensor).fill(0.1);
  }
  const updater = library[optimizer](settings).bind(parameters, bind);
  updater.step();
  await answer(() => updater.step(), { hugePages: hugePages() });
} catch (error) {
  decline(error);
}

/** Returns the megabytes of this process in huge pages; null if the system does not report them. */
function hugePages() {
  try {
    return Number(/AnonHugePages:\s*(\d+) kB/.exec(readFileSync("/proc/self/smaps_rollup", "utf8"))[1]) / 1024;
  } catch {
    return null;
  }
}
