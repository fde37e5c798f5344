/** Name of the configuration file that is read by default. It has a file of its own because the help needs it without the reader. */
export const CONFIG_FILE = "downhill.config.json";
