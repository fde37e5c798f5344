/** First parts of the names of a checkpoint's tensors. The tensors of an only network have their own names. */
export const ROOTS = { network: "networks", updater: "optimizer", controllers: "controllers", extra: "extra" } as const;

/** Returns true for a tensor of a checkpoint that belongs to no network, or to one of several. */
export const isNoWeight = (name: string): boolean => /^(networks|optimizer|controllers|extra|training)\//.test(name);
