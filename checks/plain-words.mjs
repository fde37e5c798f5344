// Finds phrases that this project does not use, in documents, comments and texts: see CONTRIBUTING.md, "Words".
import { readFileSync } from "node:fs";
import ts from "typescript";
import { filesThat } from "./files.mjs";

/** Phrases, and what to write in their place. */
const PHRASES = [
  [/\bso many (images|steps|epochs|runs|batches) only\b/i, "at most N"],
  [/\bimages of a step\b/i, "batch size"],
  [/\bjudge[ds]?\b|\bjudging\b/i, "evaluate"],
  [/\b(goes|go|went|gone|going) on with\b/i, "resume"],
  [/\blearnt\b|\bby heart\b/i, "learned; overfits"],
  [/\bsurer than\b|\bless sure than\b/i, "overconfident, underconfident"],
  [/\bbears? (noise|it)\b/i, "tolerates"],
  [/\b(what|that) is not said\b|\bnothing is said\b/i, "unset options"],
  [/\binside of (it|others)\b/i, "inside, or one subfolder per class"],
  [/\bsay nothing but\b/i, "print only"],
  [/\bgives? a reason in words\b/i, "explains why"],
  [/\bof everything random\b/i, "random seed"],
  [/\bby the name of\b/i, "named"],
  [/\b(their|its) official places?\b/i, "the official sources"],
  [/\b(teller|unhear|seldom)\b/i, "progress reporter, remove listeners, throttle"],
  [
    /\b(is|was|are|were|be) told\b(?! apart)|\btells? (of|about|apart|whether|which|what|how)\b/i,
    "report, state, distinguish",
  ],
  [/\basked for\b|\basks? for\b/i, "requested, requires"],
  [/\bcame to\b(?! (a|an) (halt|stop))/i, "totals"],
  [/\bwhere nobody can be asked\b/i, "not a terminal"],
  [/\bnot each by a factor\b/i, "linearly instead of exponentially"],
  [/\bdoes not compute it right\b|\bcomputes? it right\b/i, "gives wrong results"],
  [/\bwould tell\b/i, "a test set measures it"],
  [/\bas many as there are\b/i, "the number of"],
  [/\bspeaks? of\b|\bsays? so\b|\bsaid so\b/i, "name, report"],
];

/** A docstring begins with a noun phrase or a verb in the third person. */
const RIDDLE = /^(What|Of|As|Where|Whether|How|Those|That|Which|Who) /;

const findings = [];
for (const path of filesThat(/\.(md|ts|mjs|svelte)$/)) {
  if (path === "checks/plain-words.mjs") continue;
  const source = readFileSync(path, "utf8");
  for (const { text, start, isDocstring } of /\.(md|svelte)$/.test(path)
    ? [{ text: source, start: 0 }]
    : prose(source)) {
    if (isDocstring && RIDDLE.test(text))
      report(path, source, start, text.split("\n")[0], "begin with what it is, or a verb");
    for (const [phrase, better] of PHRASES) {
      const found = phrase.exec(text);
      if (found) report(path, source, start + found.index, found[0], better);
    }
  }
}
if (findings.length > 0) console.error(findings.join("\n"));
// An exit would cut what a pipe has not read yet.
process.exitCode = findings.length > 0 ? 1 : 0;

function report(path, source, at, words, better) {
  const line = source.slice(0, at).split("\n").length;
  findings.push(`${path}:${line}: "${words.trim()}": write plainly (${better})`);
}

/** The comments and the texts of a TypeScript or JavaScript file. */
function prose(source) {
  const found = [];
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, source);
  const braces = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    // A closing brace may end an expression within a template: the scanner has to be told.
    if (kind === ts.SyntaxKind.OpenBraceToken) braces.push("block");
    if (kind === ts.SyntaxKind.TemplateHead) braces.push("template");
    if (kind === ts.SyntaxKind.CloseBraceToken && braces.pop() === "template") {
      kind = scanner.reScanTemplateToken(false);
      if (kind === ts.SyntaxKind.TemplateMiddle) braces.push("template");
    }
    const text = scanner.getTokenText();
    const start = scanner.getTokenStart();
    if (kind === ts.SyntaxKind.MultiLineCommentTrivia || kind === ts.SyntaxKind.SingleLineCommentTrivia) {
      const opening = /^(\/\*\*|\/\*|\/\/)\s*(\*\s*)?/.exec(text)[0];
      found.push({
        text: text.slice(opening.length).replaceAll(/\n\s*\*/g, (gap) => " ".repeat(gap.length)),
        start: start + opening.length,
        isDocstring: opening.startsWith("/**"),
      });
    } else if (
      kind === ts.SyntaxKind.StringLiteral ||
      kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral ||
      (kind >= ts.SyntaxKind.TemplateHead && kind <= ts.SyntaxKind.TemplateTail)
    ) {
      found.push({ text, start, isDocstring: false });
    }
  }
  return found;
}
