import { toCsv } from "@downhill/train/text";
import type { Landscape } from "../landscape.ts";

/** Returns a number for a CSV file; an empty cell if it is not finite. */
const cell = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;

/** Returns the CSV files of a landscape by name: a row for each point of the plane, the paths, the lines and the curvatures. */
export function csvFiles({ plane, lines, sharpness, runs }: Landscape): Record<string, string> {
  const nameOf = (run: number): string => runs[run]?.name ?? "";
  const files: Record<string, string> = {};
  if (plane) {
    files["plane.csv"] = toCsv(
      plane.y.flatMap((y, row) =>
        plane.x.map((x, column) => {
          const [train, test] = [plane.train, plane.test].map((scores) => scores?.[row]?.[column]);
          return {
            x,
            y,
            trainLoss: cell(train?.loss),
            trainAccuracy: cell(train?.accuracy),
            ...(plane.test && { testLoss: cell(test?.loss), testAccuracy: cell(test?.accuracy) }),
          };
        }),
      ),
    );
    files["paths.csv"] = toCsv(
      plane.paths.flatMap(({ run, points }) =>
        points.map(({ step, x, y, distance, score }) => ({
          run: nameOf(run),
          step,
          x,
          y,
          distance,
          trainLoss: cell(score.loss),
          trainAccuracy: cell(score.accuracy),
        })),
      ),
    );
  }
  if (lines.length > 0) {
    files["lines.csv"] = toCsv(
      lines.flatMap(({ from, to, at, train, test }) =>
        at.map((position, i) => ({
          from: nameOf(from),
          to: nameOf(to),
          at: position,
          trainLoss: cell(train[i]?.loss),
          trainAccuracy: cell(train[i]?.accuracy),
          ...(test && { testLoss: cell(test[i]?.loss), testAccuracy: cell(test[i]?.accuracy) }),
        })),
      ),
    );
  }
  if (sharpness.length > 0) {
    files["sharpness.csv"] = toCsv(
      sharpness.map(({ run, largest, smallest, error, threshold, ...rest }) => ({
        run: nameOf(run),
        ...rest,
        largest: cell(largest),
        smallest: cell(smallest),
        error: cell(error),
        threshold: cell(threshold),
      })),
    );
  }
  return files;
}
