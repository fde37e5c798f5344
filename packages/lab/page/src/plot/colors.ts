/** Colors of a plot. */
export interface Colors {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly runs: readonly string[];
}

/** Each color of a run has a contrast of at least 4.5 to its background. */
const LIGHT: Colors = {
  background: "#ffffff",
  ink: "#1f2328",
  muted: "#59636e",
  grid: "#e4e8ec",
  runs: ["#2f64cc", "#c2560a", "#1a7f4b", "#8a4bc9", "#b3266e", "#7a6200", "#0b7285", "#5a5f66"],
};

const DARK: Colors = {
  background: "#171b21",
  ink: "#e6e8eb",
  muted: "#9aa4af",
  grid: "#2a313a",
  runs: ["#7aa5ff", "#ff9f4a", "#4cc38a", "#c297f5", "#ff8ac0", "#d9c04a", "#4fd0e0", "#b8bec6"],
};

export const colorsOf = (isDark: boolean): Colors => (isDark ? DARK : LIGHT);

/** Dashes of the runs after the first eight, whose colors repeat. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [8, 3, 2, 3]];

/** Returns the color and the dashes of the run at a position. */
export function lookOf(colors: Colors, position: number): { readonly color: string; readonly dash: readonly number[] } {
  const { length } = colors.runs;
  return {
    color: colors.runs[position % length] as string,
    dash: DASHES[Math.floor(position / length) % DASHES.length] as readonly number[],
  };
}
