/** The command that starts this program: a checkout of the project has it by npx. */
export const PROGRAM = process.env.npm_command === undefined ? "downhill" : "npx downhill";
