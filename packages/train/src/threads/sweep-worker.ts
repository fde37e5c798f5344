import { sweepConfig } from "../search/sweep-config.ts";
import { answer } from "./answer.ts";

await answer(sweepConfig);
