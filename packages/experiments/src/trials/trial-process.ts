import type { RunEvent } from "@downhill/train";
import type { Outcome } from "../comparison/outcome.ts";
import { answerParent } from "./answer-parent.ts";
import { executeTrial } from "./execute-trial.ts";

// The process of one trial: node trial-process.js FOLDER INDEX.
const [folder = "", index = ""] = process.argv.slice(2);
await answerParent<RunEvent, Outcome>((control) => executeTrial(folder, Number(index), control, 0));
