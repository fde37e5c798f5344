export { type Lab, type LabOptions, startLab } from "./lab.ts";
