export { withAdvice } from "./advice.ts";
export { listFirst, plural } from "./lists.ts";
export { explainSystemError, type SystemProblem } from "./system-errors.ts";
export { inUnits } from "./units.ts";
