import { FORMAT_NAMES } from "@downhill/images";
import { z } from "zod";
import { input } from "./setting.ts";
import { bands, count, folders, labelPattern, name, share, valueRange } from "./zod.ts";

/** Settings that select, split and size the images. */
export const dataSettings = {
  dataFormat: input(z.enum(FORMAT_NAMES), {
    doc: "format of DATA, where it can be read in several",
    label: "Data format",
    unset: "recognized",
  }),
  trainFolder: input(folders(), {
    doc: "subfolder of DATA with the training classes; or several",
    label: "Training folder",
  }),
  validationFolder: input(folders(), {
    doc: "subfolder of DATA with the validation classes; or several",
    label: "Validation folder",
  }),
  testFolder: input(folders(), {
    doc: "subfolder of DATA with the test classes; or several",
    label: "Test folder",
  }),
  labels: input(folders(), {
    doc: "table with the labels (CSV, TSV, JSON, text), or one per part",
    label: "Table of labels",
    unset: "found where folders have no labels",
  }),
  labelColumn: input(folders(), {
    doc: "column with the labels, or the columns of the classes",
    label: "Column of labels",
    unset: "recognized",
  }),
  imageColumn: input(name(), {
    doc: "column with the paths or names of the images",
    label: "Column of images",
    unset: "recognized",
  }),
  splitColumn: input(name(), {
    doc: "column with the part of each image",
    label: "Column of parts",
    unset: "recognized",
  }),
  labelPattern: input(labelPattern(), {
    doc: "regular expression whose group finds the label in each image's name",
    label: "Pattern of labels",
  }),
  classLevel: input(count(1, 99), {
    doc: "level of class folders: 2 for PART/GROUP/CLASS/1.jpg",
    label: "Class level",
    unset: "1",
  }),
  fold: input(count(0), {
    doc: "fold to test on; the others are trained on",
    label: "Fold",
  }),
  folds: input(z.union([count(2), z.literal("all")]), {
    doc: "folds to divide the images into; without a fold, one training each",
    label: "Folds",
    bare: "all",
  }),
  validationShare: input(share(), {
    doc: "share of the training images held out for evaluation",
    label: "Validation share",
    unset: "0.2, or 0 if DATA has validation or test images",
  }),
  imageSize: input(count(4, 4096), {
    doc: "height and width to which photographs are resized",
    label: "Image size",
    unit: "pixels",
    unset: "depends on the images",
  }),
  channels: input(z.union([z.literal(1), z.literal(3)]), {
    doc: "color channels: 1 for gray, 3 for color",
    label: "Channels",
    unset: "depends on the images",
  }),
  bands: input(bands(), {
    doc: "bands of TIFF files that become gray or red, green, blue: 4,3,2",
    label: "Bands",
    unset: "the colors that each file declares",
  }),
  valueRange: input(valueRange(), {
    doc: "values of TIFF or DICOM samples that become black and white: 0,3000",
    label: "Value range",
    unset: "the range that each file declares",
  }),
  trainLimit: input(count(), {
    doc: "maximum number of training images",
    label: "Maximum training images",
    unit: "images",
    unset: "all",
  }),
  testLimit: input(count(), {
    doc: "maximum number of test images",
    label: "Maximum test images",
    unit: "images",
    unset: "all",
  }),
};
