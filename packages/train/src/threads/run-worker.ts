import { execute, type RunRequest } from "../run/execute.ts";
import { answer } from "./answer.ts";

await answer(async (request: RunRequest, control) => {
  const result = await execute(request, control);
  control.emit({ kind: "result", result });
  return result;
});
