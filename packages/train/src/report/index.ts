export { mistakePictures } from "./pictures.ts";
export { plotsOfRun, plotsToDraw } from "./plot-files.ts";
export { report } from "./report.ts";
export type { ReportData } from "./report-data.ts";
export { type Warning, warnings } from "./warnings/index.ts";
