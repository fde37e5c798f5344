import katex from "katex";

/** Text for a page: neither HTML nor Vue's interpolation begins in it. Code spans keep their characters. */
export const prose = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll("<", "&lt;").replaceAll("{{", "{&#123;")))
    .join("");

/** Text for a cell of a table. */
export const cell = (text) => prose(text).replaceAll("\n", " ");

/** A table; columns that are empty in all rows are left out. */
export function table(titles, rows) {
  const used = titles.map((_, column) => rows.some((row) => row[column]));
  const line = (cells) =>
    `| ${cells
      .filter((_, column) => used[column])
      .map(escapeBars)
      .join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

const escapeBars = (text) => text.replaceAll("|", "\\|");

export const code = (text) => `\`${text}\``;
export const block = (language, text) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** A formula of LaTeX as HTML and MathML, on one line, which Vue leaves alone. */
export const formula = (latex) =>
  `<div v-pre class="formula">${katex.renderToString(latex, { displayMode: true, strict: "error" })}</div>`;

/** Figures side by side, or one below the other on narrow screens: pairs of their elements and captions, as HTML. */
export const panels = (figures) =>
  `<div v-pre class="panels">${figures.map(([figure, caption]) => `<figure>${figure}<figcaption>${caption}</figcaption></figure>`).join("")}</div>`;

/** The front matter of a page: its title, and the words that search engines show. */
export const frontMatter = (title, description) =>
  `---\ntitle: ${JSON.stringify(title)}\ndescription: ${JSON.stringify(description)}\neditLink: false\n---`;

export const page = (...parts) => `${parts.filter(Boolean).join("\n\n")}\n`;
