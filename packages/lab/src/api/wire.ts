/** Curves of one run as they travel from the server to the page: a header in JSON, then the numbers of all arrays. */

/** Facts about the curves. */
export interface CurvesHeader {
  /** Number of steps of the run. */
  readonly rows: number;
  readonly generation: number;
  /** Number of points of each array. */
  readonly points: number;
  /** True if each point is one step. */
  readonly isExact: boolean;
  /** Names of the metrics, in the order of their arrays. */
  readonly names: readonly string[];
}

/** Arrays of one metric. Values are NaN where the run has none. */
export interface Curve {
  readonly mean: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly smooth: Float32Array;
}

export interface Curves extends CurvesHeader {
  /** Position of each point in the requested unit. */
  readonly x: Float64Array;
  readonly curves: Readonly<Record<string, Curve>>;
}

const PARTS = ["mean", "min", "max", "smooth"] as const;
/** Arrays of 8-byte numbers start at multiples of this many bytes. */
const ALIGNMENT = 8;

/** Encodes curves as bytes. */
export function encodeCurves({ x, curves, ...header }: Curves): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = aligned(4 + text.length);
  const bytes = new Uint8Array(start + x.byteLength + header.names.length * PARTS.length * header.points * 4);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(bytesOf(x), start);
  let at = start + x.byteLength;
  for (const name of header.names) {
    for (const part of PARTS) {
      const values = (curves[name] as Curve)[part];
      bytes.set(bytesOf(values), at);
      at += values.byteLength;
    }
  }
  return bytes;
}

/**
 * Decodes curves.
 * @throws RangeError or SyntaxError if the bytes are incomplete
 */
export function decodeCurves(buffer: ArrayBuffer): Curves {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as CurvesHeader;
  const start = aligned(4 + length);
  const { points, names } = header;
  const x = new Float64Array(buffer, start, points);
  let at = start + x.byteLength;
  const next = (): Float32Array => {
    const values = new Float32Array(buffer, at, points);
    at += values.byteLength;
    return values;
  };
  const curves = Object.fromEntries(
    names.map((name) => [name, { mean: next(), min: next(), max: next(), smooth: next() }]),
  );
  return { ...header, x, curves };
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
