import type { Colors } from "./colors.ts";
import type { Pen } from "./pen.ts";

const CELL = 44;
const LABELS = 120;
const TOP = 70;

/** Confusion matrix for a file. */
export interface ConfusionDrawing {
  readonly title: string;
  readonly classNames: readonly string[];
  readonly confusion: readonly (readonly number[])[];
  readonly colors: Colors;
}

/** Returns the size of the drawing in pixels. */
export const confusionSize = ({
  classNames,
}: ConfusionDrawing): { readonly width: number; readonly height: number } => ({
  width: LABELS + CELL * classNames.length + 16,
  height: TOP + CELL * classNames.length + 40,
});

/** Draws a confusion matrix: rows are true classes, columns predicted ones, and colors are shares of a row. */
export function drawConfusion(pen: Pen, drawing: ConfusionDrawing): void {
  const { title, classNames, confusion, colors } = drawing;
  const { width, height } = confusionSize(drawing);
  const label = { color: colors.ink, size: 11 } as const;
  pen.rectangle(0, 0, width, height, colors.background);
  pen.text(12, 18, title, { color: colors.ink, size: 14, weight: 600 });
  classNames.forEach((name, k) => {
    const text = shortened(name);
    pen.text(LABELS - 8, TOP + (k + 0.5) * CELL, text, { ...label, align: "end" });
    pen.text(LABELS + (k + 0.5) * CELL, TOP - 10, text.slice(0, 7), { ...label, size: 9, align: "middle" });
  });
  confusion.forEach((row, label) => {
    const total = row.reduce((sum, value) => sum + value, 0) || 1;
    row.forEach((value, predicted) => {
      const color = colors.runs[label === predicted ? 0 : 1] as string;
      const [x, y] = [LABELS + predicted * CELL, TOP + label * CELL];
      pen.rectangle(x, y, CELL - 1, CELL - 1, color, 0.04 + 0.4 * Math.sqrt(value / total));
      const text = { color: colors.ink, size: 11, align: "middle" } as const;
      if (value > 0) pen.text(x + CELL / 2, y + CELL / 2, String(value), text);
    });
  });
  pen.text(12, height - 18, "rows: true class, columns: predicted class", { color: colors.muted, size: 11 });
}

const shortened = (name: string): string => (name.length > 17 ? `${name.slice(0, 16)}…` : name);
