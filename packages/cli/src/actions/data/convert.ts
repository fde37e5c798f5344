import { type Conversion, convertDataSet, type OutputFormat } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { checkNoDanglingLink } from "../../config/dangling-link.ts";
import { dataArgument } from "../../config/data-argument.ts";
import { readDataFlags } from "../../config/given.ts";
import { progressFields } from "../../output/fit.ts";
import { classesInWords, plural } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";

/** Data to write in another format. */
export interface ConvertRequest {
  readonly data: string;
  readonly out: string;
  readonly to: OutputFormat;
  /** Configuration keys that change how the data is read. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Writes a data set in another format, and prints the numbers of images. */
export async function convertData(
  output: Output,
  { data, out, to, settings: flags }: ConvertRequest,
): Promise<undefined> {
  const source = dataArgument(data);
  checkNoDanglingLink("OUT", out);
  const settings = readDataFlags(source, flags);
  const conversion = await convertDataSet(source, out, to, defined(settings), ({ what, done, total }) =>
    output.status(progressFields(what, done, total)),
  );
  output.result(conversion, () => text(conversion));
}

function text({ to, path, counts, classNames, notes }: Conversion): string {
  const parts = Object.entries(counts).map(([part, images]) => `${plural(images, "image")} of the ${part} part`);
  return [`${path}: ${to}, ${parts.join(", ")}, ${classesInWords(classNames)}`, ...notes].join("\n");
}
