import { plural } from "../../text/lists.ts";
import { containerFormat } from "../container-format.ts";
import { fileGroups } from "../file-groups.ts";
import type { Reading } from "../format.ts";
import { checkFirst, readTfrecord } from "./read-tfrecord.ts";

/** The names of TFRecord files: `a.tfrecord`, `a.tfrecord-00000-of-00010`, and `train-00000-of-00010` of TensorFlow's models. */
const NAME =
  /\.(?:tfrec|tfrecord|tfrecords)(?:[-_.]\d+(?:-of-\d+)?)?(?:\.gz)?$|^(?:train|validation|val|test)-\d+-of-\d+$/i;

/** TFRecord files of examples with an image file and a label. */
export const tfrecordFormat = containerFormat({
  name: "tfrecord",
  async find(files, _, context) {
    const readings: Reading[] = [];
    for (const group of fileGroups(files.root, (name) => NAME.test(name))) {
      await checkFirst(files, group.files[0]?.file ?? "");
      readings.push({
        format: "tfrecord",
        home: group.home,
        description: `${plural(group.files.length, "TFRecord file")} of images with labels`,
        reason: "It has TFRecord files whose examples have an image.",
        choice: { dataFormat: "tfrecord" },
        load: () => readTfrecord(files, group, context),
      });
    }
    return readings;
  },
});
