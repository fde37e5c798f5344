import { show } from "../show.ts";
import { type Match, matches, showMatch } from "./groups.ts";

/**
 * Use of a tensor in a model: `hidden` weights of layers between the first and the last one, `input` weights of the
 * first layer and embeddings, `head` weights of the last layer, `gain` factors of norms, and `bias` terms.
 */
export type Role = "hidden" | "input" | "head" | "gain" | "bias";

export const ROLES: readonly Role[] = ["hidden", "input", "head", "gain", "bias"];

/** Tensors by name, with the facts that a condition reads. */
export interface NamedTensors {
  readonly names: readonly string[];
  /** Roles of tensors; of those without one, tensors of at least two axes are `hidden` and all others are `bias`. */
  readonly roles: Readonly<Record<string, Role>>;
  shape(name: string): readonly number[];
}

/** Condition of a tensor; one with several fields requires all of them, one without any holds for all tensors. */
export interface Condition {
  /** A name, several names, a pattern, or a test of a name. */
  readonly match?: Match | undefined;
  /** Number of axes, or several. */
  readonly rank?: number | readonly number[] | undefined;
  /** Role in the model, or several. */
  readonly role?: Role | readonly Role[] | undefined;
}

/** Returns true if a tensor fulfills a condition. */
export function fulfills(name: string, { match, rank, role }: Condition, tensors: NamedTensors): boolean {
  const axes = tensors.shape(name).length;
  return (
    (match === undefined || matches(match, name)) &&
    (rank === undefined || [rank].flat().includes(axes)) &&
    (role === undefined || [role].flat().includes(tensors.roles[name] ?? (axes > 1 ? "hidden" : "bias")))
  );
}

/** Describes the tensors that fulfill all conditions, such as `hidden` or `rank 1, /norm/`. */
export function showConditions(conditions: readonly Condition[]): string {
  const texts = conditions.flatMap(({ match, rank, role }) => [
    ...(role === undefined ? [] : [[role].flat().join(" or ")]),
    ...(rank === undefined ? [] : [`rank ${[rank].flat().join(" or ")}`]),
    ...(match === undefined ? [] : [showMatch(match)]),
  ]);
  return texts.join(", ") || "rest";
}

/** @throws TypeError if a condition is not a valid one */
export function checkCondition(where: string, condition: Condition): void {
  const { match, rank, role, ...others } = condition;
  const [unknown] = Object.keys(others);
  if (unknown) throw new TypeError(`${where}: unknown condition '${unknown}': expected match, rank or role`);
  const refuse = (name: string, value: unknown, expected: string): never => {
    throw new TypeError(`${where}: ${name} = ${show(value)}: expected ${expected}`);
  };
  const isText = (value: unknown): boolean => typeof value === "string";
  const isMatch = isText(match) || typeof match === "function" || match instanceof RegExp;
  if (match !== undefined && !isMatch && !(Array.isArray(match) && match.every(isText))) {
    refuse("match", match, "a name, several names, a pattern, or a test of a name");
  }
  if (rank !== undefined && ![rank].flat().every((axes) => Number.isInteger(axes) && axes >= 0)) {
    refuse("rank", rank, "a number of axes, or several");
  }
  if (role !== undefined && ![role].flat().every((one) => ROLES.includes(one))) {
    refuse("role", role, `one or several of ${ROLES.map(show).join(", ")}`);
  }
}
