/** Maximum difference of results, relative to the largest value of the array. The processors round sums differently. */
const TOLERANCE = 2e-5;

/**
 * Compares the results of an emulated processor with the reference.
 * @param reference output of the cases on this machine: every name must also be among the results
 * @param found output of the cases on the emulated processor
 * @returns one sentence for each difference
 */
export function compare(reference, found) {
  const expected = new Map();
  for (const { name, values } of reference.results) if (!expected.has(name)) expected.set(name, decode(values));
  const names = new Set(found.results.map(({ name }) => name));
  const missing = [...expected.keys()].filter((name) => !names.has(name)).map((name) => `${name}: there is no result`);
  const different = found.results.flatMap(({ name, form, values }) => {
    const difference = differenceOf(decode(values), expected.get(name) ?? []);
    return difference <= TOLERANCE ? [] : [`${name}, ${form}: the relative difference is ${difference.toPrecision(2)}`];
  });
  return [...found.problems, ...missing, ...different];
}

/** Returns the largest difference, relative to the largest expected value; infinity for a missing or non-finite one. */
function differenceOf(values, expected) {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const difference = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - values[i])), 0);
  return Number.isFinite(difference) ? difference / (largest || 1) : Number.POSITIVE_INFINITY;
}

function decode(base64) {
  const bytes = Buffer.from(base64, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
