import { listFirst, plural } from "../../text/lists.ts";
import { containerFormat } from "../container-format.ts";
import { byPart, fileGroups, leftFindings } from "../file-groups.ts";
import type { Reading } from "../format.ts";
import { openParquet } from "./open-parquet.ts";
import { columnsIn, readParquet } from "./read-parquet.ts";

/** Parquet files with a column of image files and a column of labels, as Hugging Face has them. */
export const parquetFormat = containerFormat({
  name: "parquet",
  options: ["imageColumn", "labelColumn"],
  async find(files, options, context) {
    const readings: Reading[] = [];
    for (const group of fileGroups(files.root, (name) => /\.(?:parquet|pq)$/i.test(name))) {
      const parts = byPart(group.files);
      const [first] = [...parts.parts.values()][0] as readonly [string];
      const { image, label } = await columnsIn(await openParquet(files, first), options);
      const inWords = [...parts.parts].map(([part, own]) => `${part} part from ${listFirst(own, 2)}`);
      readings.push({
        format: "parquet",
        home: group.home,
        description: `column '${image}' with labels in '${label}': ${inWords.join(", ")}`,
        reason: `It has ${plural(group.files.length, "Parquet file")} with a column of images.`,
        choice: { dataFormat: "parquet" },
        load: () => readParquet(files, files.only ?? group.home, parts, options, context, leftFindings(parts, group)),
      });
    }
    return readings;
  },
});
