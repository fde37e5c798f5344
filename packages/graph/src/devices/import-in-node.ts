/** True in Node, and in runtimes that emulate it. */
export const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;

/** Imports a package for Node only. Bundlers cannot see its name here, so they do not include it in a web page. */
export const importInNode = <Module>(name: string): Promise<Module> =>
  import(/* webpackIgnore: true */ /* @vite-ignore */ name);
