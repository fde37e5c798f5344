import { X_UNITS, type XUnit } from "../api/types.ts";
import type { CurvesQuery } from "../curves/read-curves.ts";

const MOST_NAMES = 64;
const MOST_POINTS = 20_000;
const MOST_STEPS = 1e9;

/** Reads the parameters of a request for curves; null if one of them is invalid. */
export function curvesQuery(parameters: URLSearchParams): CurvesQuery | null {
  const names = parameters.getAll("name");
  const unit = X_UNITS.find((name) => name === parameters.get("x"));
  const from = numberOf(parameters, "from", -Infinity);
  const to = numberOf(parameters, "to", Infinity);
  const points = numberOf(parameters, "points", 1000);
  const halfLife = numberOf(parameters, "halfLife", 0);
  const isValid =
    names.length <= MOST_NAMES &&
    from <= to &&
    Number.isInteger(points) &&
    points >= 2 &&
    points <= MOST_POINTS &&
    halfLife >= 0 &&
    halfLife <= MOST_STEPS;
  if (unit === undefined || !isValid) return null;
  return { names, unit: unit as XUnit, from, to, points, halfLife, isLogarithmic: parameters.get("log") === "1" };
}

/** Returns NaN, which no check accepts, if the parameter is not a number. */
function numberOf(parameters: URLSearchParams, name: string, unset: number): number {
  const text = parameters.get(name);
  return text === null ? unset : text.trim() === "" ? Number.NaN : Number(text);
}
