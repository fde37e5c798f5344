import { schedules } from "@downhill/optim";

/** The arguments that calls take by position, after the schedule. */
const POSITIONAL = { byEpoch: "stepsPerEpoch", inEpochs: "stepsPerEpoch", reciprocal: "numerator", scale: "factor" };

/**
 * Returns a description without its version and without the arguments that have their defaults.
 * @template T
 * @param {T} value a description, or a part of one
 * @returns {T}
 */
export function shortDescription(value) {
  if (Array.isArray(value)) return value.map(shortDescription);
  if (value === null || typeof value !== "object") return value;
  const { kind } = value;
  return {
    kind,
    ...Object.fromEntries(statedArguments(value).map(([name, inner]) => [name, shortDescription(inner)])),
  };
}

function statedArguments({ version: _, kind, ...given }) {
  const known = schedules.kinds[kind]?.arguments ?? {};
  const isDefault = ([name, value]) => JSON.stringify(known[name]?.default) === JSON.stringify(value);
  return Object.entries(given).filter((entry) => entry[1] !== undefined && !isDefault(entry));
}

/**
 * Returns the call that makes the schedule of a description, without the arguments that have their defaults.
 * @param {import("@downhill/optim").Description} description
 * @returns {string}
 */
export function callOf({ schedule, ...given }) {
  const { kind } = given;
  const stated = statedArguments(given);
  const [positional, named] = [true, false].map((by) => stated.filter(([name]) => (name === POSITIONAL[kind]) === by));
  const inner = named.map(([name, value]) => `${name}: ${literal(value)}`).join(", ");
  const parts = [
    ...(schedule ? [callOf(schedule)] : []),
    ...positional.map(([, value]) => literal(value)),
    ...(inner ? [`{ ${inner} }`] : []),
  ];
  return `${kind}(${parts.join(", ")})`;
}

/**
 * Returns the names of all kinds in a description, which a program imports.
 * @param {unknown} value a description, or a part of one
 * @returns {string[]}
 */
export function kindsIn(value) {
  if (Array.isArray(value)) return value.flatMap(kindsIn);
  if (value === null || typeof value !== "object") return [];
  return [...(typeof value.kind === "string" ? [value.kind] : []), ...Object.values(value).flatMap(kindsIn)];
}

function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value !== null && typeof value === "object") return callOf(value);
  return JSON.stringify(value);
}
