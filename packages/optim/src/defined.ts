type OptionalKey<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** An object's type with each key that may be undefined made optional. */
export type Defined<T> = Omit<T, OptionalKey<T>> & { [K in OptionalKey<T>]?: Exclude<T[K], undefined> };

/**
 * Returns a copy of an object without the keys whose value is undefined, for options that distinguish an absent key from
 * an undefined one.
 * @example compile(outputs, defined({ threads, device: config.device ?? undefined }))
 */
export const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
