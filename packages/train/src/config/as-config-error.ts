import { ConfigError, type TrainErrorOptions } from "../error.ts";

/**
 * Calls a function that checks values of the configuration, and reports its errors as user errors.
 * @param place configuration key, or another place, with which the error begins; default none
 * @throws ConfigError for any error of the function
 */
export function asConfigError<T>(check: () => T, place = "", options: TrainErrorOptions = {}): T {
  try {
    return check();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(place === "" ? message : `${place}: ${message}`, { ...options, cause: error });
  }
}
