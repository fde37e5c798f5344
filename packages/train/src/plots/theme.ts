/**
 * Colours of what the plots show, on white; each has at least 4.5 times the contrast that text needs, and a twin for dark
 * backgrounds. Where two are in one plot, shapes or dashes tell them apart as well.
 */
export const COLOURS = {
  training: "#2f64cc",
  evaluation: "#c2560a",
  third: "#1a7f4b",
  fourth: "#8a4bc9",
} as const;

const ON_DARK: Readonly<Record<keyof typeof COLOURS, string>> = {
  training: "#7aa5ff",
  evaluation: "#ff9f4a",
  third: "#4cc38a",
  fourth: "#c297f5",
};

/** Of a plot's own element, so that the rules below reach nothing else on a page that the plot is put into. */
export const PLOT_CLASS = "downhill-plot";

/** The first that a reader has; the last ones are what slim Linux machines have, where plots become PNG files. */
export const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

/** Light by default; dark where the reader's scheme is. */
export function stylesheet(): string {
  const dark = Object.entries(COLOURS).flatMap(([name, colour]) =>
    ["fill", "stroke"].map(
      (what) => `.${PLOT_CLASS} [${what}="${colour}"] { ${what}: ${ON_DARK[name as keyof typeof COLOURS]} }`,
    ),
  );
  return `.${PLOT_CLASS} { color: #1f2328 } ${DARK} { .${PLOT_CLASS} { color: #e6e8eb } ${dark.join(" ")} }`;
}

const DARK = "@media (prefers-color-scheme: dark)";

/** A plot that is light whatever the reader's scheme: for renderers that may or may not know of schemes. */
export const onlyLight = (svg: string): string =>
  svg.replaceAll(/@media \(prefers-color-scheme: dark\) \{(?:[^{}]*\{[^{}]*\})*\s*\}/g, "");
