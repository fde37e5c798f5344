import { bitCount, PEEKED, peek } from "./bits";
import {
  coefficientAt,
  ENDS_BLOCK,
  LOOKUP_BITS,
  longCoefficient,
  RUN_SHIFT,
  signedBits,
  skipAt,
  symbolAt,
  VALUE_SHIFT,
} from "./huffman";

/** A component of a scan, with the plane that its samples are written to. Fields of four bytes each. */
@unmanaged
class Component {
  /** Blocks in a unit of the scan. */
  across: i32;
  down: i32;
  /** Tables of the first coefficient and of the others. */
  dc: usize;
  ac: usize;
  /** Samples of a block. */
  rows: i32;
  columns: i32;
  /** Factor of the first coefficient, which is the mean. */
  meanFactor: f32;
  /** Number of coefficients that count, in zigzag order. */
  used: i32;
  /** Waves of the coefficients, [used, vectors of four samples]. */
  waves: usize;
  /** Samples of the whole blocks, [down * units down * rows, stride]. */
  plane: usize;
  stride: i32;
  /** Columns and rows of blocks that are needed; the others are skipped. */
  left: i32;
  right: i32;
  top: i32;
  bottom: i32;
  /** First coefficient of the last block. */
  last: i32;
}

/** Index after the symbol that ends a block. */
const END_OF_BLOCK = 1 << 10;

/** Position after a damaged block. */
const DAMAGED: u32 = 0xffffffff;

/** Samples of a block of more than four samples. */
const samples: usize = memory.data(4 * 64, 16);

/**
 * Writes the samples of all components of a scan into their planes.
 * @param starts address of the first bit of each part
 * @returns false if the data are damaged
 */
export function decodeScan(
  components: usize,
  count: i32,
  unitsAcross: i32,
  unitsDown: i32,
  restartInterval: i32,
  starts: usize,
): bool {
  let at: u32 = 0;
  let part = 0;
  let untilRestart = 0;
  const end = bitCount();
  for (let unitRow = 0; unitRow < unitsDown; unitRow++) {
    for (let unitColumn = 0; unitColumn < unitsAcross; unitColumn++) {
      if (restartInterval > 0 && untilRestart-- === 0) {
        const start = load<u32>(starts + 4 * part++);
        if (at > start) return false;
        at = start;
        untilRestart = restartInterval - 1;
        for (let c = 0; c < count; c++) componentAt(components, c).last = 0;
      }
      for (let c = 0; c < count; c++) {
        const component = componentAt(components, c);
        for (let y = 0; y < component.down; y++) {
          const row = unitRow * component.down + y;
          const isRow = row >= component.top && row < component.bottom;
          for (let x = 0; x < component.across; x++) {
            const column = unitColumn * component.across + x;
            at = firstCoefficient(component, at);
            if (at === DAMAGED) return false;
            if (isRow && column >= component.left && column < component.right) {
              const sample = row * component.rows * component.stride + column * component.columns;
              at = decodeBlock(component, at, component.plane + 4 * sample);
            } else at = skipFrom(1, component.ac, at);
            // A damaged position is above all others.
            if (at > end) return false;
          }
        }
      }
    }
  }
  return true;
}

function componentAt(components: usize, index: i32): Component {
  return changetype<Component>(components + index * offsetof<Component>());
}

/** Reads the first coefficient of a block. @returns the position after it, or `DAMAGED` */
function firstCoefficient(component: Component, at: u32): u32 {
  const bits = peek(at);
  const entry = symbolAt(component.dc, bits);
  const length = entry & 31;
  const size = entry >> 5;
  if (length === 0 || size > 11) return DAMAGED;
  component.last += signedBits(bits << length, size);
  return at + length + size;
}

/** Reads the other coefficients of a block, and writes its samples. @returns the position after it, or `DAMAGED` */
function decodeBlock(component: Component, start: u32, to: usize): u32 {
  const table = component.ac;
  const used = component.used;
  const bytes = 4 * component.rows * component.columns;
  const mean = f32x4.splat(<f32>component.last * component.meanFactor + 128);
  for (let i = 0; i < bytes; i += 16) v128.store(samples + i, mean);
  let at = start;
  let k = 1;
  while (k < used) {
    const entry = coefficientAt(table, peek(at));
    if (entry === 0) return DAMAGED;
    at += entry & 31;
    const run = (entry >> RUN_SHIFT) & 15;
    const value = entry >> VALUE_SHIFT;
    if (value === 0) {
      k = run === 15 ? k + 16 : END_OF_BLOCK;
      continue;
    }
    k += run;
    if (k > 63) return DAMAGED;
    if (k < used) addWave(component.waves + ((bytes + 15) & -16) * k, <f32>value, bytes);
    k++;
  }
  writeSamples(component, to);
  return skipFrom(k, table, at);
}

/** Adds a wave with a factor to the samples of a block. */
function addWave(wave: usize, factor: f32, bytes: i32): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < bytes; i += 16) {
    v128.store(samples + i, f32x4.add(v128.load(samples + i), f32x4.mul(factors, v128.load(wave + i))));
  }
}

/** Copies the samples of a block to its plane. */
function writeSamples(component: Component, to: usize): void {
  const rows = component.rows;
  const columns = component.columns;
  const stride = 4 * component.stride;
  for (let y = 0; y < rows; y++) {
    const from = samples + 4 * y * columns;
    const line = to + y * stride;
    if (columns === 1) store<f32>(line, load<f32>(from));
    else for (let x = 0; x < 4 * columns; x += 8) store<u64>(line + x, load<u64>(from + x));
  }
}

/** Passes the coefficients from an index to the end of the block. @returns the position after it, or `DAMAGED` */
function skipFrom(index: i32, table: usize, start: u32): u32 {
  let at = start;
  let k = index;
  let bits = peek(at);
  let left = PEEKED;
  while (k < 64) {
    const entry = skipAt(table, bits);
    const next = k + ((entry >> RUN_SHIFT) & 1023);
    const length = entry & 31;
    if (entry !== 0 && (next < 64 || (next === 64 && entry < ENDS_BLOCK))) {
      at += length;
      if (entry >= ENDS_BLOCK) return at;
      k = next;
      bits <<= length;
      left -= length;
      if (left < LOOKUP_BITS) {
        bits = peek(at);
        left = PEEKED;
      }
      continue;
    }
    // The codes of the entry reach into the next block, or the code is long.
    const one = longCoefficient(table, peek(at));
    if (one === 0) return DAMAGED;
    at += one & 31;
    bits = peek(at);
    left = PEEKED;
    const run = (one >> RUN_SHIFT) & 15;
    if (one >> VALUE_SHIFT !== 0) k += run + 1;
    else k = run === 15 ? k + 16 : END_OF_BLOCK;
  }
  return k === 64 || k === END_OF_BLOCK ? at : DAMAGED;
}
