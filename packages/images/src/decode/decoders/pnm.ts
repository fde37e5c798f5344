import { byteAt } from "../../bytes.ts";
import { newTiff } from "../tiff-file.ts";
import type { Decoder } from "./decoder.ts";
import { damaged, type PnmHeader, readPnmHeader } from "./pnm-header.ts";

/** The portable bitmaps PBM, PGM, PPM and PAM, as text or as bytes, with up to 16 bits per sample. */
export const pnm: Decoder = {
  readHeader(bytes) {
    const { width, height, hasAlpha, white } = readPnmHeader(bytes);
    return { width, height, hasAlpha, isDeep: white === 65535 };
  },
  convert(bytes) {
    const header = readPnmHeader(bytes);
    const { white, isInverted } = header;
    const isDeep = white > 255;
    const { file, samples } = isDeep ? newTiff({ ...header, bits: 16 }) : newTiff({ ...header, bits: 8 });
    const most = isDeep ? 65535 : 255;
    const valueAt = reader(bytes, header);
    for (let i = 0; i < samples.length; i++) {
      const value = Math.round((Math.min(valueAt(i), white) * most) / white);
      samples[i] = isInverted ? most - value : value;
    }
    return file;
  },
};

/** Returns a function of a sample's number, which is called for each in order. */
function reader(bytes: Uint8Array, { code, start, white, width, isInverted }: PnmHeader): (i: number) => number {
  if (code === "bits") {
    const rowBytes = Math.ceil(width / 8);
    return (i) => {
      const column = i % width;
      return (byteAt(bytes, start + ((i - column) / width) * rowBytes + (column >> 3)) >> (7 - (column & 7))) & 1;
    };
  }
  if (code === "text") return textReader(bytes, start, isInverted);
  if (white < 256) return (i) => byteAt(bytes, start + i);
  return (i) => 256 * byteAt(bytes, start + 2 * i) + byteAt(bytes, start + 2 * i + 1);
}

const [ZERO, NINE, HASH, LINE_FEED, RETURN, SPACE] = [48, 57, 35, 10, 13, 32];

/** Reads decimal numbers; or single digits, which need no spaces between them. Comments reach to the end of their line. */
function textReader(bytes: Uint8Array, start: number, isDigits: boolean): () => number {
  let at = start;
  return () => {
    for (; at < bytes.length && byteAt(bytes, at) <= HASH; at++) {
      const byte = byteAt(bytes, at);
      if (byte > SPACE && byte !== HASH) break;
      if (byte !== HASH) continue;
      while (at < bytes.length && byteAt(bytes, at) !== LINE_FEED && byteAt(bytes, at) !== RETURN) at++;
    }
    const from = at;
    let value = 0;
    for (; at < bytes.length && byteAt(bytes, at) >= ZERO && byteAt(bytes, at) <= NINE; at++) {
      value = Math.min(10 * value + byteAt(bytes, at) - ZERO, 65535);
      if (isDigits) {
        at++;
        break;
      }
    }
    if (at === from) throw damaged(at === bytes.length ? "its end is missing" : "a value that is no number");
    return value;
  };
}
