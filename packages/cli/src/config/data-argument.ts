export const dataArgument = (t: string): string => t;
