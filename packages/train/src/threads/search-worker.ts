import { searchRates } from "../search/search-rates.ts";
import { answer } from "./answer.ts";

await answer(searchRates);
