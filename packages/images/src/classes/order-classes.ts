/** The form of a number in a name: digits, with an optional sign and fraction. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** Orders class names: by value (1, 2, 10) if all of them are numbers, else by code units. */
export function orderClasses(names: Iterable<string>): string[] {
  const byText = [...names].sort();
  return byText.every((name) => NUMBER.test(name)) ? byText.sort((a, b) => Number(a) - Number(b)) : byText;
}
