import { schedules } from "./schedules.mjs";
import { suggestions } from "./suggestions.mjs";

/** Each picture of docs/ by its name: a function that draws it, the same bytes each time. */
export const pictures = { schedules, suggestions };
