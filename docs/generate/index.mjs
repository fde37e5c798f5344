// Writes the pages that come from the registries and the command line into docs/
import { commandPages } from "./commands.mjs";
import { commandLine } from "./downhill.mjs";
import { clearFigures } from "./drawing.mjs";
import { optimizerPages } from "./optimizers.mjs";
import { schedulePages } from "./schedules.mjs";
import { writeSection } from "./sections.mjs";

clearFigures();
const { program, json } = commandLine();

writeSection("optimizers", optimizerPages(await json("optimizers")));

const list = await json("schedules");
const facts = {};
for (const { name } of list) facts[name] = await json("schedules", name);
writeSection("schedules", schedulePages(list, facts));

writeSection("commands", commandPages(program));
