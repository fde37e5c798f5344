import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Reason why a test cannot run it, from the comment `<!-- not run: REASON -->` before it. */
  readonly notRun: string | null;
  /** Text of a block `text` that follows with nothing but one paragraph between: what running it prints. */
  readonly output: string | null;
}

export const docs = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const root = (path: string): string => docs(`../${path}`);

const FENCED = /(?:^<!-- not run: ([^\n]*) -->\n)?^```(\w+)\n(.*?)^```$/gms;

/** All blocks of a page, in order. */
export function blocksOf(path: string): Block[] {
  const found = [...readFileSync(docs(path), "utf8").matchAll(FENCED)];
  return found.map(([, notRun = null, language = "", text = ""], i) => {
    const next = found[i + 1];
    const runs = ["sh", "ts", "js"].includes(language);
    return { language, text, notRun, output: runs && next?.[2] === "text" ? (next[3] ?? "") : null };
  });
}
