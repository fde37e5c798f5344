import { checkSize, type ImageSize } from "../image-header.ts";
import { UnusableImage } from "../unusable-image.ts";

/** The header of a PBM, PGM, PPM or PAM file. */
export interface PnmHeader extends ImageSize {
  /** The number of samples per pixel, alpha included. */
  readonly samples: number;
  readonly hasAlpha: boolean;
  /** The value of white, from 1 to 65535. */
  readonly white: number;
  /** The code of the samples: packed bits (1 is black), text, or bytes, two of them for a white above 255. */
  readonly code: "bits" | "text" | "bytes";
  /** True if 1 is black. */
  readonly isInverted: boolean;
  /** The offset of the samples. */
  readonly start: number;
}

/** The maximum number of characters of a header, comments included. */
const LONGEST = 65_536;

/** The number of samples per pixel, with alpha, by PAM's tuple type. */
const TUPLES: Readonly<Record<string, readonly [samples: number, hasAlpha: boolean]>> = {
  BLACKANDWHITE: [1, false],
  GRAYSCALE: [1, false],
  RGB: [3, false],
  BLACKANDWHITE_ALPHA: [2, true],
  GRAYSCALE_ALPHA: [2, true],
  RGB_ALPHA: [4, true],
};

/** Reads the header of a PBM, PGM, PPM or PAM file. @throws UnusableImage */
export function readPnmHeader(bytes: Uint8Array): PnmHeader {
  const text = Buffer.from(bytes.subarray(0, LONGEST)).toString("latin1");
  const header = text.startsWith("P7") ? readPam(text) : readPlain(text);
  const { width, height, samples, white, code, start } = header;
  if (width === 0 || height === 0) throw damaged(`a size of ${width}x${height}`);
  if (white < 1 || white > 65535) throw damaged(`a maximum value of ${white}`);
  checkSize(header);
  // As text, each sample but those of PBM is followed by a space, except for the last.
  const needed = {
    bits: Math.ceil(width / 8) * height,
    text: header.isInverted ? width * height : 2 * width * height * samples - 1,
    bytes: width * height * samples * (white > 255 ? 2 : 1),
  }[code];
  if (start + needed > bytes.length) throw damaged(`${bytes.length} bytes for ${width}x${height} pixels`);
  return header;
}

/** Reads the magic number and the two or three numbers behind it, between which comments may stand. */
function readPlain(text: string): PnmHeader {
  const kind = Number(text[1]);
  const hasBits = kind === 1 || kind === 4;
  const gap = "(?:\\s|#[^\\r\\n]*[\\r\\n])+";
  const numbers = hasBits ? 2 : 3;
  const found = new RegExp(`^P\\d${`${gap}(\\d{1,9})`.repeat(numbers)}(?:#[^\\r\\n]*)?\\s`).exec(text);
  if (!found) throw damaged("no size");
  const [width, height, white = 1] = found.slice(1).map(Number) as [number, number, number?];
  return {
    width,
    height,
    samples: kind === 3 || kind === 6 ? 3 : 1,
    hasAlpha: false,
    white,
    code: kind < 4 ? "text" : hasBits ? "bits" : "bytes",
    isInverted: hasBits,
    start: found[0].length,
  };
}

/** Reads the lines of a PAM header. */
function readPam(text: string): PnmHeader {
  const end = /^ENDHDR[ \t]*\r?\n/m.exec(text);
  if (!end) throw damaged("no end of its header");
  const lines = text.slice(0, end.index).split("\n");
  const fields = new Map(
    lines.flatMap((line) => {
      const [, key, value] = /^([A-Z]+)\s+(\S+)\s*$/.exec(line) ?? [];
      return key && value ? [[key, value] as const] : [];
    }),
  );
  const number = (key: string): number => {
    const value = fields.get(key) ?? "";
    if (!/^\d{1,9}$/.test(value)) throw damaged(`no ${key}`);
    return Number(value);
  };
  const depth = number("DEPTH");
  const type = fields.get("TUPLTYPE") ?? (depth === 3 ? "RGB" : "GRAYSCALE");
  const [samples, hasAlpha] = TUPLES[type] ?? [null, false];
  if (samples !== depth) {
    throw new UnusableImage(
      `it has ${depth} bands of the type ${type}; expected ${Object.keys(TUPLES).join(", ")}; convert it to PNG`,
    );
  }
  return {
    width: number("WIDTH"),
    height: number("HEIGHT"),
    samples,
    hasAlpha,
    white: number("MAXVAL"),
    code: "bytes",
    isInverted: false,
    start: end.index + end[0].length,
  };
}

/** Returns the error for a damaged file. */
export const damaged = (reason: string): UnusableImage =>
  new UnusableImage(`it is damaged or truncated (PNM: ${reason})`);
