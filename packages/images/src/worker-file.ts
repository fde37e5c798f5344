/**
 * Returns the file of a worker that lies beside the module of a URL. Node does not run TypeScript, so tests, which run that
 * module as .ts, use the built worker.
 */
export const workerFile = (url: string, folder: string, name: string): URL =>
  new URL(url.endsWith(".ts") ? `../../dist/${folder}/${name}.js` : `./${name}.js`, url);
