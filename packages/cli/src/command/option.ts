import { Option as Flag } from "commander";
import { flagOf } from "../config/flags.ts";
import type { Reader } from "./readers.ts";

/** Option of a command: its help and how its text becomes a value. Its flag follows from its key in the declaration. */
export interface Option<Value> {
  /** Placeholder of the text in the help: `<n>`; `[n]` for a text that may be left out; null for a switch. */
  readonly placeholder: string | null;
  readonly help: string;
  /** Reads the text; `before` is the value so far, for options that may be repeated. */
  read(flag: string, text: string, before: Value): Value;
  readonly default?: Value;
  readonly isRequired?: boolean;
  /** Text that a bare flag stands for. */
  readonly bare?: string;
}

/** Returns an option that is undefined where a command lacks it. */
export const option = <Value>(placeholder: string, help: string, read: Reader<Value>): Option<Value | undefined> => ({
  placeholder,
  help,
  read,
});

/** Returns an option with a default, which the help states. */
export const optionOr = <Value>(
  fallback: NoInfer<Value>,
  placeholder: string,
  help: string,
  read: Reader<Value>,
): Option<Value> => ({ placeholder, help: `${help} (default ${fallback})`, read, default: fallback });

/** Returns an option that every command must have. */
export const required = <Value>(placeholder: string, help: string, read: Reader<Value>): Option<Value> => ({
  placeholder,
  help,
  read,
  isRequired: true,
});

/** Returns an option that may be repeated: a list of its texts. */
export const list = (placeholder: string, help: string): Option<readonly string[]> => ({
  placeholder,
  help,
  read: (_, text, before) => [...before, text],
  default: [],
});

/** Returns a switch: true if a command has it. */
export const flag = (help: string): Option<boolean> => ({ placeholder: null, help, read: () => true, default: false });

/** Returns an option for Commander. */
export function toCommander<Value>(key: string, { placeholder, help, ...rest }: Option<Value>): Flag {
  const name = flagOf(key);
  const result = new Flag(placeholder === null ? name : `${name} ${placeholder}`, help).default(rest.default);
  if (placeholder !== null) result.argParser<Value>((text, before) => rest.read(name, text, before));
  if (rest.bare !== undefined) result.preset(rest.bare);
  return result.makeOptionMandatory(rest.isRequired ?? false);
}
