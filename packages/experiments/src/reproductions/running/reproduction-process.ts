import { answerParent } from "../../trials/answer-parent.ts";
import type { ReproductionEvent } from "./events.ts";
import { executeReproduction, type ReproductionRequest, type ReproductionResult } from "./execute.ts";

// The process of a reproduction: node reproduction-process.js REQUEST, with the request as JSON.
const [request = ""] = process.argv.slice(2);
await answerParent<ReproductionEvent, ReproductionResult>((control) =>
  executeReproduction(JSON.parse(request) as ReproductionRequest, control),
);
