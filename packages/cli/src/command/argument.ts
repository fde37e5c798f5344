/** Positional argument of a command: a text, a list of texts, or undefined where it may be absent. */
export interface Argument<Value> {
  /** Name in the usage line: `<run>`, `[data]`, `<file...>`. */
  readonly syntax: string;
  readonly help: string;
  readonly default?: Value;
}

export const argument = (name: string, help: string): Argument<string> => ({ syntax: `<${name}>`, help });

/** Returns an argument for one text or more. */
export const variadic = (name: string, help: string): Argument<readonly string[]> => ({
  syntax: `<${name}...>`,
  help,
});

export const optional = (name: string, help: string): Argument<string | undefined> => ({ syntax: `[${name}]`, help });

/** Returns an argument with a default, which the help states. */
export const optionalOr = (fallback: string, name: string, help: string): Argument<string> => ({
  syntax: `[${name}]`,
  help: `${help} (default ${fallback})`,
  default: fallback,
});
