import { schedules } from "./schedules.mjs";
import { suggestions } from "./suggestions.mjs";

/** The functions that draw the pictures of docs/, by name. Each one draws the same bytes every time. */
export const pictures = { schedules, suggestions };
