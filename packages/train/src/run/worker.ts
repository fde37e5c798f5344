import { answer } from "./answer.ts";
import { execute, type RunRequest } from "./execute.ts";

await answer(async (request: RunRequest, control) => {
  const result = await execute(request, control);
  control.emit({ kind: "result", result });
  return result;
});
