/**
 * Schema of values of a type, of which Zod makes all. Zod's own types require the DOM library or those of Node, which a
 * program that uses this package may not have.
 */
export interface Schema<Value = unknown> {
  safeParse(value: unknown): Parsed<Value>;
}

/** Result of a check: the value, or the reasons why the schema rejects it. */
type Parsed<Value> =
  | { readonly success: true; readonly data: Value }
  | { readonly success: false; readonly error: { readonly issues: readonly object[] } };

/** Type of the values of a schema. */
export type ValueOf<S> = S extends Schema<infer Value> ? Value : never;
