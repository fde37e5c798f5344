export { type Accuracy, accuracy, topK } from "./accuracy.ts";
export { type Confusion, confusion } from "./confusion.ts";
export { type Mean, type MeanState, mean } from "./mean.ts";
