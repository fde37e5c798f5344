import { fileURLToPath } from "node:url";

/** Folder of the built page. */
export const PAGE = fileURLToPath(new URL("../dist/page/", import.meta.url));
