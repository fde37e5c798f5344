import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UnusableImage } from "./unusable-image.ts";

/**
 * Imports a file of a package that users install themselves.
 * @param need the clause of the error that needs the package, such as "its format is HEIC"
 * @param otherwise what to do without the package
 * @throws UnusableImage with the command that installs the package
 */
export async function importOptional<Module>(file: string, need: string, otherwise: string): Promise<Module> {
  try {
    return await import(file);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const [name] = file.split("/");
    throw new UnusableImage(
      `${need}, which needs the package ${name}; install it beside Downhill by "npm install ${name}" (with -g if Downhill is installed globally), or ${otherwise}`,
    );
  }
}

/** Returns the version of an installed package; null if it is not installed. */
function installedVersion(name: string): string | null {
  // A package may keep its package.json from being imported, so that the file is read from where modules are looked for.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")).version;
    } catch {}
  }
  return null;
}

/** Returns the versions of the packages that decide which images can be decoded. */
export const optionalVersions = (): Readonly<Record<string, string | null>> => ({
  "libheif-js": installedVersion("libheif-js"),
  geotiff: installedVersion("geotiff"),
});
