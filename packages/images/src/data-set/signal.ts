/** The `AbortSignal` of the DOM library or of Node's types. Programs that compile with neither have no such type. */
export type Signal = typeof globalThis extends { AbortSignal: { readonly prototype: infer S } } ? S : never;
