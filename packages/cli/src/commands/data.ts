import type { Command } from "commander";
import type { Output } from "../output/output.ts";
export const addDataCommands = (_p: Command, _o: Output): void => {};
