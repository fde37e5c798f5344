/** Whether this is Node, or something that passes for it. */
export const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;

/** Imports a package that is for Node alone. Bundlers cannot see its name here, and so put nothing of it into a page. */
export const importInNode = <Module>(name: string): Promise<Module> =>
  import(/* webpackIgnore: true */ /* @vite-ignore */ name);
