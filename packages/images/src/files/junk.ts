/** The names of files and folders that systems and tools leave behind, in lower case. */
const NAMES: ReadonlySet<string> = new Set([
  "__macosx",
  "icon\r",
  "thumbs.db",
  "ehthumbs.db",
  "desktop.ini",
  "$recycle.bin",
  "recycler",
  "system volume information",
  "lost+found",
  "@eadir",
  "@recycle",
  "@recently-snapshot",
  "#recycle",
  "#snapshot",
  "__pycache__",
  "node_modules",
]);

/** True for hidden names and for files and folders that systems and tools leave behind. They are never classes or images. */
export const isJunk = (name: string): boolean => name.startsWith(".") || NAMES.has(name.toLowerCase());
