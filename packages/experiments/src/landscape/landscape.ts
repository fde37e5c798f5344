/** Loss and accuracy of a network on some images; NaN if the loss is not finite. */
export interface PointScore {
  readonly loss: number;
  readonly accuracy: number;
}

/** Scores on the measured training images, and on those of the evaluated part if they were measured. */
export interface PartScores {
  readonly train: PointScore;
  readonly test: PointScore | null;
}

/** Run in a landscape. */
export interface LandscapeRun {
  readonly folder: string;
  /** Short name, different for each run. */
  readonly name: string;
  readonly optimizer: string;
  /** Learning rate of the configuration, the peak of its schedule. */
  readonly lr: number;
  readonly steps: number;
  /** Scores of the run's weights with its own statistics of batch norm, as `evaluate` measures them. */
  readonly own: PartScores;
}

/** Weights of a run on its way, in a plane. */
export interface PathPoint {
  /** Number of steps; 0 for the initial weights. */
  readonly step: number;
  /** Position of the nearest point of the plane. */
  readonly x: number;
  readonly y: number;
  /** Distance from the plane, in weight space. */
  readonly distance: number;
  /** Score of the weights themselves, which are not in the plane, on the training images. */
  readonly score: PointScore;
}

/** Path of a run in a plane. */
export interface PlanePath {
  /** Index of the run. */
  readonly run: number;
  readonly points: readonly PathPoint[];
}

/** Loss on a plane through weight space. */
export interface Plane {
  readonly kind: "random" | "pca";
  /** Positions of the columns and rows. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Scores on training images: a row for each y, with one score for each x. */
  readonly train: readonly (readonly PointScore[])[];
  /** The same for the evaluated part; null if it was not measured. */
  readonly test: readonly (readonly PointScore[])[] | null;
  /** Shares of the squared distances of all path points from the origin in x and y; null for a random plane. */
  readonly shares: readonly [x: number, y: number] | null;
  /** Cosine of the angle between the directions. */
  readonly cosine: number;
  readonly paths: readonly PlanePath[];
}

/** Barrier between two networks: the highest value on the line between them, minus the mean of its ends. */
export interface Barrier {
  readonly loss: number;
  /** Barrier of the error, a share from 0 to 1. */
  readonly error: number;
  /** Position of the highest loss, 0 to 1. */
  readonly at: number;
}

/** Loss on the straight line between the weights of two runs. */
export interface Line {
  /** Indices of the runs. */
  readonly from: number;
  readonly to: number;
  /** Distance of the two in weight space. */
  readonly distance: number;
  /** Positions, from 0 to 1. */
  readonly at: readonly number[];
  readonly train: readonly PointScore[];
  readonly test: readonly PointScore[] | null;
  readonly barriers: { readonly train: Barrier; readonly test: Barrier | null };
}

/** Largest curvature of the training loss at weights of a run. */
export interface Sharpness {
  /** Index of the run. */
  readonly run: number;
  readonly step: number;
  /** Largest eigenvalue of the Hessian. */
  readonly largest: number;
  /** Smallest eigenvalue; negative at a saddle. A bound from above, since only the largest has converged. */
  readonly smallest: number;
  /** Bound of the error of the largest eigenvalue. */
  readonly error: number;
  /** Number of Hessian-vector products. */
  readonly products: number;
  /** Learning rate in force. */
  readonly lr: number;
  /** Momentum in force; 0 without one. */
  readonly momentum: number;
  /**
   * Eigenvalue above which full-batch gradient descent at this rate diverges on a quadratic function: 2 / lr without
   * momentum. Null for optimizers that scale each gradient, to which the bound does not apply.
   */
  readonly threshold: number | null;
}

/** Loss around trained models. */
export interface Landscape {
  readonly version: 1;
  /** Command that repeats the measurement; empty if there is none. */
  readonly command: string;
  readonly data: string;
  readonly model: string;
  readonly parameters: number;
  readonly seed: number;
  /** Numbers of measured images, and the name of the evaluated part. */
  readonly images: { readonly train: number; readonly test: number; readonly part: string | null };
  /** True if the model has batch norm, whose statistics were measured again for each point. */
  readonly measuresStatistics: boolean;
  readonly runs: readonly LandscapeRun[];
  readonly plane: Plane | null;
  readonly lines: readonly Line[];
  readonly sharpness: readonly Sharpness[];
  /** Notes about the runs. */
  readonly notes: readonly string[];
}
