/**
 * Colors of the plots on white. Each has a contrast of at least 4.5, as text requires, and a counterpart for dark
 * backgrounds. Plots with several colors also use different shapes or dashes.
 */
export const COLORS = {
  training: "#2f64cc",
  evaluation: "#c2560a",
  third: "#1a7f4b",
  fourth: "#8a4bc9",
} as const;

const ON_DARK: Readonly<Record<keyof typeof COLORS, string>> = {
  training: "#7aa5ff",
  evaluation: "#ff9f4a",
  third: "#4cc38a",
  fourth: "#c297f5",
};

/** Class of a plot's root element, which limits the style rules to plots on a page. */
export const PLOT_CLASS = "downhill-plot";

/** Fonts in order of preference. The last ones exist on minimal Linux machines, where plots are rendered as PNG files. */
export const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

/** Returns style rules for the light color scheme and the dark one. */
export function stylesheet(): string {
  const dark = Object.entries(COLORS).flatMap(([name, color]) =>
    ["fill", "stroke"].map(
      (what) => `.${PLOT_CLASS} [${what}="${color}"] { ${what}: ${ON_DARK[name as keyof typeof COLORS]} }`,
    ),
  );
  return `.${PLOT_CLASS} { color: #1f2328 } ${DARK} { .${PLOT_CLASS} { color: #e6e8eb } ${dark.join(" ")} }`;
}

const DARK = "@media (prefers-color-scheme: dark)";

/** Removes the dark color scheme from a plot, for renderers whose support of color schemes is unknown. */
export const onlyLight = (svg: string): string =>
  svg.replaceAll(/@media \(prefers-color-scheme: dark\) \{(?:[^{}]*\{[^{}]*\})*\s*\}/g, "");
