export { digamma, inverseTrigamma, logGamma, trigamma } from "./gamma.ts";
export { average, boundedInterval, type Mean, meanOf, meansOf, variance } from "./mean.ts";
export { criticalValue, pValue } from "./student.ts";
