import { byteAt } from "../../bytes.ts";
import { readTiffTags } from "../tiff-tags.ts";
import { segmentsOf } from "./segments.ts";

/** One component of a JPEG file: the brightness, or one of two color differences. */
export interface Component {
  /** Blocks of 8x8 samples in a unit of the scan (MCU), horizontally and vertically. */
  readonly across: number;
  readonly down: number;
  /** Quantization table, in zigzag order. */
  readonly quantization: Uint16Array;
  readonly dc: HuffmanCodes;
  readonly ac: HuffmanCodes;
}

/** A Huffman code: the number of codes of each length from 1 to 16, and their symbols in order. */
export interface HuffmanCodes {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** The header of a JPEG file whose only scan has all components. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** Units of the scan between restarts; 0 without restarts. */
  readonly restartInterval: number;
  /** Offset of the scan's first byte. */
  readonly start: number;
}

const MARKER = { exif: 0xe1, profile: 0xe2, adobe: 0xee, quantization: 0xdb, huffman: 0xc4, restart: 0xdd, scan: 0xda };

/** Identifiers of components whose values are red, green and blue, although nothing else states it. */
const RGB = "82,71,66";

/**
 * Reads the header of a JPEG file of the common kind: 8 bits, Huffman codes, sequential, one scan, gray or YCbCr, upright,
 * without a color profile (ITU-T T.81).
 * @returns null for any other file, and for a damaged header
 */
export function readFrame(bytes: Uint8Array): Frame | null {
  const quantization: Uint16Array[] = [];
  const codes: HuffmanCodes[] = [];
  let restartInterval = 0;
  let frame: Uint8Array | null = null;
  for (const { marker, content: segment, end } of segmentsOf(bytes)) {
    if (end > bytes.length) return null;
    if (marker === MARKER.scan)
      return frame && frameOf(frame, segment, { quantization, codes, restartInterval, start: end });
    if (marker === 0xc0 || marker === 0xc1) {
      if (frame) return null;
      frame = segment;
    } else if (marker === MARKER.quantization) {
      if (!readQuantization(segment, quantization)) return null;
    } else if (marker === MARKER.huffman) {
      if (!readCodes(segment, codes)) return null;
    } else if (marker === MARKER.restart) restartInterval = 256 * (segment[0] ?? 0) + (segment[1] ?? 0);
    else if (marker === MARKER.exif) {
      if (startsWith(segment, "Exif") && orientationOf(segment.subarray(6)) !== 1) return null;
    } else if (marker === MARKER.profile) {
      if (startsWith(segment, "ICC_PROFILE")) return null;
    } else if (marker === MARKER.adobe) {
      // Its last byte is the color transform: 1 is YCbCr.
      if (startsWith(segment, "Adobe") && segment[11] !== 1) return null;
    } else if (marker < 0xe0) return null;
  }
  return null;
}

interface Tables {
  readonly quantization: readonly Uint16Array[];
  readonly codes: readonly HuffmanCodes[];
  readonly restartInterval: number;
  readonly start: number;
}

function frameOf(frame: Uint8Array, scan: Uint8Array, tables: Tables): Frame | null {
  if (frame.length < 6) return null;
  const [bits, , , , , count] = frame as unknown as readonly number[];
  const height = 256 * byteAt(frame, 1) + byteAt(frame, 2);
  const width = 256 * byteAt(frame, 3) + byteAt(frame, 4);
  if (bits !== 8 || height === 0 || width === 0 || (count !== 1 && count !== 3)) return null;
  if (frame.length !== 6 + 3 * count || scan.length !== 4 + 2 * count || scan[0] !== count) return null;
  const ids: number[] = [];
  const components: Component[] = [];
  for (let i = 0; i < count; i++) {
    const [id, sampling, table] = frame.subarray(6 + 3 * i) as unknown as readonly [number, number, number];
    const [scanned, selected] = scan.subarray(1 + 2 * i) as unknown as readonly [number, number];
    ids.push(id);
    const quantization = tables.quantization[table];
    const [dc, ac] = [tables.codes[selected >> 4], tables.codes[16 + (selected & 15)]];
    // In a scan of one component, a unit is a block.
    const [across, down] = count === 1 ? [1, 1] : [sampling >> 4, sampling & 15];
    const isCommon = [1, 2, 4].includes(across) && [1, 2, 4].includes(down);
    if (id !== scanned || !isCommon || !quantization || !dc || !ac) return null;
    components.push({ across, down, quantization, dc, ac });
  }
  if (ids.join() === RGB) return null;
  return { width, height, components, restartInterval: tables.restartInterval, start: tables.start };
}

function readQuantization(segment: Uint8Array, into: Uint16Array[]): boolean {
  for (let at = 0; at < segment.length; ) {
    const first = byteAt(segment, at++);
    const size = first >> 4 === 0 ? 1 : 2;
    if (at + 64 * size > segment.length) return false;
    const values = new Uint16Array(64);
    for (let k = 0; k < 64; k++, at += size)
      values[k] = size === 1 ? byteAt(segment, at) : 256 * byteAt(segment, at) + byteAt(segment, at + 1);
    into[first & 15] = values;
  }
  return true;
}

/** Codes of coefficients other than the first (AC) have indices from 16. */
function readCodes(segment: Uint8Array, into: HuffmanCodes[]): boolean {
  for (let at = 0; at < segment.length; ) {
    const index = byteAt(segment, at);
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    if (counts.length < 16 || symbols.length < total || total > 256) return false;
    into[index] = { counts, symbols };
    at += 17 + total;
  }
  return true;
}

const startsWith = (segment: Uint8Array, text: string): boolean =>
  [...text].every((letter, i) => segment[i] === letter.charCodeAt(0));

/** Returns the orientation of an Exif directory; 1, upright, if it states none. */
const orientationOf = (directory: Uint8Array): number => readTiffTags(directory)?.orientation[0] ?? 1;
