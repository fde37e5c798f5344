import type { Command } from "commander";
import { FOLDER_KEYS, keyOption } from "../config/flags.ts";
import type { Output } from "../output/output.ts";
import { does, withExamples, withJson } from "./command.ts";

export function addDataCommands(program: Command, output: Output): void {
  const data = program
    .command("data")
    .summary("look at data sets, and fetch them")
    .description("Looks at data sets before they are trained on, and fetches those that have names.");
  withExamples(data, "downhill data inspect sample");
  addList(data, output);
  addInspect(data, output);
  addFetch(data, output);
}

function addList(data: Command, output: Output): void {
  const command = data
    .command("list")
    .summary("list the data sets that have names")
    .description("Lists the data sets that have names, and where they are on this machine.");
  withJson(command);
  withExamples(command, "downhill data list");
  does(command, output, async () => (await import("../actions/data/list.ts")).list);
}

function addFetch(data: Command, output: Output): void {
  const command = data
    .command("fetch")
    .argument("<name>", "fashion-mnist, mnist, cifar10 or cifar100")
    .summary("fetch a data set from its official place")
    .description(
      "Fetches a data set from its official place, and checks it. A download that broke off goes on where it stopped. What is in the folder of the environment's DOWNHILL_DATA is not fetched.",
    )
    .option("--folder <folder>", "where data sets are kept; default in the user's cache folder")
    .option("--quiet", "say nothing but where it is");
  withJson(command);
  withExamples(command, "downhill data fetch sample");
  does(command, output, async () => (await import("../actions/data/fetch.ts")).fetchData);
}

function addInspect(data: Command, output: Output): void {
  const command = data
    .command("inspect")
    .argument("<data>", "a folder of images, or sample, fashion-mnist, mnist, cifar10, cifar100")
    .summary("count the images of each class, and say what is odd")
    .description(
      "Reads a data set as training would, counts the images of each class and part, and says what is odd: classes of very different size, images that repeat or cannot be read.",
    );
  const keys = [...FOLDER_KEYS, "validationShare", "imageSize", "channels", "seed"];
  for (const key of keys) command.addOption(keyOption(key));
  withJson(command);
  withExamples(command, "downhill data inspect sample");
  does(command, output, async () => (await import("../actions/data/inspect.ts")).inspect);
}
