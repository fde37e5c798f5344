import { bitCount, firstBits, PEEKED, peek } from "./bits";
import {
  ADVANCE_SHIFT,
  amplitudeOf,
  COUNT_SHIFT,
  ENDS_BLOCK,
  longSymbolAt,
  sizeOf,
  skipAt,
  symbolAt,
  TO_THE_END,
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
  /** Waves of the coefficients, followed by zeros, [used + 1, vectors of four samples]. */
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
  const first = firstBits();
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
            const isNeeded = isRow && column >= component.left && column < component.right;
            at = decodeBlock(component, first, at, isNeeded ? sampleAt(component, row, column) : 0);
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

/** Returns the address of a block's first sample in its plane. */
function sampleAt(component: Component, row: i32, column: i32): usize {
  return component.plane + 4 * (row * component.rows * component.stride + column * component.columns);
}

/**
 * Reads a block, and writes its samples.
 * @param first address of the scan's first bits
 * @param to address of the samples; 0 to skip them
 * @returns the position after the block, or `DAMAGED`
 */
function decodeBlock(component: Component, first: usize, start: u32, to: usize): u32 {
  let bits = peek(first, start);
  let mean = symbolAt(component.dc, bits);
  if (mean === 0) mean = longSymbolAt(component.dc, bits);
  if (mean === 0 || sizeOf(mean) > 11) return DAMAGED;
  component.last += amplitudeOf(bits, mean);
  let at = start + (mean & 31);
  const table = component.ac;
  if (to === 0) return skipFrom(1, table, first, at);

  // A block of up to four samples is one vector.
  const vectors = (4 * component.rows * component.columns + 15) & -16;
  let sum = f32x4.splat(<f32>component.last * component.meanFactor + 128);
  if (vectors > 16) for (let i = 0; i < vectors; i += 16) v128.store(samples + i, sum);
  const used = component.used;
  let left = PEEKED - (mean & 31);
  bits <<= mean & 31;
  let k = 1;
  while (k < used) {
    let entry = symbolAt(table, bits);
    if (entry === 0) entry = longSymbolAt(table, bits);
    const whole = entry & 31;
    if (entry === 0 || whole > left) {
      if (left === PEEKED) return DAMAGED;
      bits = peek(first, at);
      left = PEEKED;
      continue;
    }
    // A coefficient that does not count has the last wave, of zeros: a branch would take longer.
    k += entry >> ADVANCE_SHIFT;
    const factors = f32x4.splat(<f32>amplitudeOf(bits, entry));
    const wave = component.waves + vectors * min(k - 1, used);
    if (vectors === 16) sum = f32x4.add(sum, f32x4.mul(factors, v128.load(wave)));
    else addWave(wave, factors, vectors);
    at += whole;
    bits <<= whole;
    left -= whole;
  }
  const stride = 4 * component.stride;
  if (component.rows === 2 && component.columns === 2) {
    v128.store64_lane(to, sum, 0);
    v128.store64_lane(to + stride, sum, 1);
  } else {
    if (vectors === 16) v128.store(samples, sum);
    writeSamples(component, to, stride);
  }
  return k >= TO_THE_END ? at : skipFrom(k, table, first, at);
}

/** Adds a wave with a factor to the samples of a block. */
function addWave(wave: usize, factors: v128, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16) {
    v128.store(samples + i, f32x4.add(v128.load(samples + i), f32x4.mul(factors, v128.load(wave + i))));
  }
}

/** Copies the samples of a block to its plane. */
function writeSamples(component: Component, to: usize, stride: i32): void {
  const rows = component.rows;
  const columns = component.columns;
  for (let y = 0; y < rows; y++) {
    const from = samples + 4 * y * columns;
    const line = to + y * stride;
    if (columns === 1) store<f32>(line, load<f32>(from));
    else for (let x = 0; x < 4 * columns; x += 8) store<u64>(line + x, load<u64>(from + x));
  }
}

/** Passes the coefficients from an index to the end of the block. @returns the position after it, or `DAMAGED` */
function skipFrom(index: i32, table: usize, first: usize, start: u32): u32 {
  let at = start;
  let k = index;
  while (k < 64) {
    let bits = peek(first, at);
    // The bits are enough for four entries.
    let entry = skipAt(table, bits);
    let next = k + ((entry >> COUNT_SHIFT) & 1023);
    if (entry < ENDS_BLOCK && next < 64) {
      k = next;
      at += entry & 31;
      bits <<= entry & 31;
      entry = skipAt(table, bits);
      next = k + ((entry >> COUNT_SHIFT) & 1023);
      if (entry < ENDS_BLOCK && next < 64) {
        k = next;
        at += entry & 31;
        bits <<= entry & 31;
        entry = skipAt(table, bits);
        next = k + ((entry >> COUNT_SHIFT) & 1023);
        if (entry < ENDS_BLOCK && next < 64) {
          k = next;
          at += entry & 31;
          bits <<= entry & 31;
          entry = skipAt(table, bits);
          next = k + ((entry >> COUNT_SHIFT) & 1023);
          if (entry < ENDS_BLOCK && next < 64) {
            k = next;
            at += entry & 31;
            continue;
          }
        }
      }
    }
    if (entry > ENDS_BLOCK && next < 64) return at + (entry & 31);
    // The code is long, or the codes of the entry reach into the next block.
    bits = peek(first, at);
    let one = symbolAt(table, bits);
    if (one === 0) one = longSymbolAt(table, bits);
    if (one === 0) return DAMAGED;
    at += one & 31;
    k += one >> ADVANCE_SHIFT;
    if (k >= TO_THE_END) return at;
  }
  return k === 64 ? at : DAMAGED;
}
