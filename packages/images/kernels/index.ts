export { readBits } from "./bits";
export { toBytes, toRgb } from "./color";
export { buildTable, tableBytes } from "./huffman";
export { resample } from "./resample";
export { decodeScan } from "./scan";

/** Returns the address of the first byte that this module does not use itself. */
export function firstFree(): usize {
  return __heap_base;
}
