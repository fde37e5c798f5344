export { SWEEP_DEFAULTS, type SweepOptions, type SweepProgress } from "./options.ts";
export { sweepPlaces } from "./places.ts";
export { type FoundValue, type SweepCurve, type SweepResult, sweepHyperparameter } from "./sweep.ts";
export { SWEPT, type Swept, type SweptName } from "./values.ts";
export { capital, sweepCourse, sweepInWords, sweptWords, valueText } from "./words.ts";
