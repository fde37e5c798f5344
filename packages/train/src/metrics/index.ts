export { type Accuracy, accuracy, topK } from "./accuracy.ts";
export { type ConfusionCounts, confusion } from "./confusion.ts";
export { type Mean, type MeanState, mean } from "./mean.ts";
