/** The members of Node's `process` that are used, so that the declarations do not require Node's types. */
interface NodeProcess {
  readonly release?: { readonly name?: string };
  readonly versions?: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
  getBuiltinModule?(name: string): unknown;
}

/** Process of Node; undefined in other engines, and in runtimes that emulate Node. */
export function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as { readonly process?: NodeProcess };
  const { versions = {}, release } = process ?? {};
  return release?.name === "node" && !versions.bun && !versions.deno ? process : undefined;
}

/** Returns a module of Node; undefined in other engines. Bundlers do not see its name. */
export const builtinModule = <Module>(name: string): Module | undefined =>
  nodeProcess()?.getBuiltinModule?.(name) as Module | undefined;
