/** Network of the quick form of reproductions: the smallest one that is compiled in a moment. */
export const QUICK_NETWORK = { model: "lenet", modelOptions: { channels: [2, 4], hidden: 8 } } as const;
