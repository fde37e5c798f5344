import { readFileSync, statSync } from "node:fs";

/** Largest report that is read, in bytes. */
const LARGEST = 2 ** 26;
const PICTURE = /src="data:image\/png;base64,([A-Za-z0-9+/=]+)"/g;

/** Returns the pictures of the worst mistakes in a report as PNG files, in the order of the result; none without a report. */
export function reportPictures(path: string): Uint8Array<ArrayBuffer>[] {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size > LARGEST) return [];
  const page = readFileSync(path, "utf8");
  const start = page.indexOf('<section id="mistakes">');
  if (start < 0) return [];
  const section = page.slice(start, page.indexOf("</section>", start));
  return Array.from(section.matchAll(PICTURE), ([, base64]) =>
    Uint8Array.from(Buffer.from(base64 as string, "base64")),
  );
}
