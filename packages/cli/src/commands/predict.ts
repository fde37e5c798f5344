import type { Command } from "commander";
import type { Output } from "../output/output.ts";
import { does, VIEWS_HELP, withExamples, withJson } from "./command.ts";

export function addPredict(program: Command, output: Output): void {
  const command = program
    .command("predict")
    .argument("<run>", "the folder of a run")
    .argument("<file...>", "images (JPEG, PNG, WebP, AVIF, GIF or TIFF), or folders of images")
    .summary("say what is on images")
    .description("Says the likeliest classes of images. A file that is no image is told, and the others go on.")
    .option("--top <n>", "so many classes of each image", "3")
    .option("--threads <n>", "threads that compute; default those of the run")
    .option("--test-time-augmentation <name>", VIEWS_HELP);
  withJson(command, "a line of JSON for each file, on the standard output");
  withExamples(
    command,
    "downhill predict runs/first photo.jpg",
    "downhill predict runs/first photo.jpg --top 1 --json",
  );
  does(command, output, async () => (await import("../actions/predict.ts")).predict);
}
