export { withAdvice } from "@downhill/images/text";
export { present } from "../present.ts";
export { capitalize } from "./capitalize.ts";
export { columnsOf, cut, padEnd, padStart, shorten } from "./columns.ts";
export { toCsv } from "./csv.ts";
export { duration } from "./duration.ts";
export { sentence } from "./sentence.ts";
export { visible, visibleLines } from "./visible.ts";
export { wrap } from "./wrap.ts";
