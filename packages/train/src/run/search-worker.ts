import { answer } from "./answer.ts";
import { searchRates } from "./search.ts";

await answer(searchRates);
