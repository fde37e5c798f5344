import type { Finding } from "./examine.ts";
export const examineFolders = (): Finding[] => [];
