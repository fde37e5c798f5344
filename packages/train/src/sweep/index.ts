export { SWEEP_DEFAULTS, type SweepOptions, type SweepProgress } from "./options.ts";
export { sweepPositions } from "./positions.ts";
export type { FoundValue, SweepCurve, SweepResult } from "./result.ts";
export { sweepHyperparameter } from "./sweep.ts";
export { SWEPT, type Swept, type SweptName } from "./values.ts";
export { sweepInWords, sweepMethod, sweptLabel, valueText } from "./words.ts";
