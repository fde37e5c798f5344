import { answer } from "./answer.ts";
import { sweepConfig } from "./sweep.ts";

await answer(sweepConfig);
