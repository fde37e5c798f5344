/** Files and folders that systems and tools leave behind, in lower case. */
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

/** Whether a name is hidden, or one that a system or tool gives to what it leaves behind: never a class, never an image. */
export const isJunk = (name: string): boolean => name.startsWith(".") || NAMES.has(name.toLowerCase());
