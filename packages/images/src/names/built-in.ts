import { CIFAR10_CLASSES, DIGITS, FASHION_CLASSES } from "./class-names.ts";

/** A file at its official source. */
export interface OfficialFile {
  readonly name: string;
  readonly sha256: string;
  /** For an archive: the names of the files that are extracted. */
  readonly unpack?: RegExp;
}

/** A built-in data set, which is known by name. */
export interface BuiltIn {
  readonly title: string;
  /** A short description. */
  readonly about: string;
  readonly license: string;
  /** The class names; null if a file of the data contains them. */
  readonly classNames: readonly string[] | null;
  /** The official source; null if the data are part of this package. */
  readonly from: { readonly base: string; readonly files: readonly OfficialFile[] } | null;
}

/** The built-in data sets, by name. */
export const builtIns: Readonly<Record<string, BuiltIn>> = {
  sample: {
    title: "Sample of Fashion-MNIST",
    about: "10,000 training and 2,000 test images of clothing, 28x28, gray; part of Downhill",
    license: "MIT, Copyright 2017 Zalando SE",
    classNames: FASHION_CLASSES,
    from: null,
  },
  "fashion-mnist": {
    title: "Fashion-MNIST",
    about: "60,000 training and 10,000 test images of clothing, 28x28, gray",
    license: "MIT, Copyright 2017 Zalando SE",
    classNames: FASHION_CLASSES,
    from: {
      // The authors' bucket; their README links to the same one without TLS.
      base: "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
      files: [
        {
          name: "train-images-idx3-ubyte.gz",
          sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        },
        {
          name: "train-labels-idx1-ubyte.gz",
          sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        },
        {
          name: "t10k-images-idx3-ubyte.gz",
          sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        },
        {
          name: "t10k-labels-idx1-ubyte.gz",
          sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        },
      ],
    },
  },
  mnist: {
    title: "MNIST",
    about: "60,000 training and 10,000 test images of handwritten digits, 28x28, gray",
    license: "copyright of Yann LeCun and Corinna Cortes; usually cited as CC BY-SA 3.0",
    classNames: DIGITS,
    from: {
      base: "https://ossci-datasets.s3.amazonaws.com/mnist/",
      files: [
        {
          name: "train-images-idx3-ubyte.gz",
          sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        },
        {
          name: "train-labels-idx1-ubyte.gz",
          sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        },
        {
          name: "t10k-images-idx3-ubyte.gz",
          sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        },
        {
          name: "t10k-labels-idx1-ubyte.gz",
          sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        },
      ],
    },
  },
  cifar10: {
    title: "CIFAR-10",
    about: "50,000 training and 10,000 test photos in ten classes, 32x32, color",
    license: "none stated; the authors ask to cite Krizhevsky 2009",
    classNames: CIFAR10_CLASSES,
    from: {
      base: "https://www.cs.toronto.edu/~kriz/",
      files: [
        {
          name: "cifar-10-binary.tar.gz",
          sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
          unpack: /^(?:data_batch_\d|test_batch)\.bin$|^batches\.meta\.txt$/,
        },
      ],
    },
  },
  cifar100: {
    title: "CIFAR-100",
    about: "50,000 training and 10,000 test photos in a hundred classes, 32x32, color",
    license: "none stated; the authors ask to cite Krizhevsky 2009",
    classNames: null,
    from: {
      base: "https://www.cs.toronto.edu/~kriz/",
      files: [
        {
          name: "cifar-100-binary.tar.gz",
          sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
          unpack: /^(?:train|test)\.bin$|^(?:fine|coarse)_label_names\.txt$/,
        },
      ],
    },
  },
};
