import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Contents of the doc comment of an optimizer or a schedule. */
export interface Doc {
  /** First paragraph. */
  readonly summary: string;
  /** Other paragraphs: when to use it, and the meaning of its numbers. */
  readonly paragraphs: readonly string[];
  readonly examples: readonly string[];
}

/**
 * Returns the doc comment of an optimizer, a schedule or a controller. It is written once, beside the code, and read from
 * the declarations (`.d.ts`) that @downhill/optim ships, so that bundles of the optimizers contain no prose.
 */
export function docOf(kind: "optimizers" | "schedules" | "controllers", name: string): Doc {
  const folder = new URL(`./${kind}/`, import.meta.resolve("@downhill/optim"));
  const index = readFileSync(fileURLToPath(new URL("index.d.ts", folder)), "utf8");
  const place = new RegExp(`export \\{.*\\b${name} \\} from "(.+)\\.(?:ts|js)"`).exec(index)?.[1];
  if (place === undefined) throw new Error(`There is no ${name} in the index of ${kind}`);
  const declarations = readFileSync(fileURLToPath(new URL(`${place}.d.ts`, folder)), "utf8");
  const [before] = declarations.split(new RegExp(`export declare (?:const|function) ${name}\\b`)) as [string];
  return parseDoc(before.slice(before.lastIndexOf("/**")));
}

/** Returns the parts of a JSDoc comment. */
export function parseDoc(comment: string): Doc {
  const text = comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/\s*$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
  const [prose = "", ...examples] = text.split(/^@example\b/m);
  const [summary = "", ...paragraphs] = prose
    .trim()
    .split(/\n\s*\n/)
    .map(oneLine);
  return { summary, paragraphs, examples: examples.map((example) => example.trim()) };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Returns the first sentence, without the title with which many begin. */
export function firstSentence({ summary }: Doc, title = ""): string {
  const sentence = /^.*?[.](?= |$)/.exec(summary)?.[0] ?? summary;
  const rest = sentence.startsWith(`${title}: `) ? sentence.slice(title.length + 2) : sentence;
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}
