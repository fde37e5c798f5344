import { throttle } from "../run/throttle.ts";
import { duration } from "../text/duration.ts";

/** Options of a progress reporter. */
export interface ProgressOptions {
  /** Number of steps of the training; without it, the line has no remaining time. */
  readonly total?: number;
  /** Steps that are done already, of a resumed training; default 0. */
  readonly done?: number;
  /** Beginning of the line, before the number of the step; default "step". */
  readonly title?: string;
  /** Stream for the lines; default the standard error. On a terminal, one line is redrawn. */
  readonly stream?: ProgressStream;
}

/** Part of a Node stream that a progress reporter uses. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Reporter of the progress of a training. */
export interface Progress {
  /**
   * Counts a step and prints a line, at most ten times a second on a terminal, and every ten seconds elsewhere.
   * @param values numbers to print by name, such as the loss
   */
  step(values?: Readonly<Record<string, number>>): void;
  /** Prints a permanent line, such as that of an epoch. */
  print(line: string): void;
  /** Prints the last line again, and ends it. */
  end(): void;
}

/** Milliseconds between two lines of a stream that is no terminal. */
const SELDOM = 10_000;
/** Number of columns of a terminal that does not report it. */
const COLUMNS = 80;

/**
 * Creates a progress reporter for a loop of one's own.
 * @example
 * const progress = createProgress({ total: 100 });
 * for (let i = 0; i < 100; i++) progress.step({ loss: 1 / (1 + i) }); // step 100 of 100 (100 %) · loss 0.01 · 0 s left
 * progress.end();
 */
export function createProgress({
  total,
  done = 0,
  title = "step",
  stream = process.stderr,
}: ProgressOptions = {}): Progress {
  const isTerminal = stream.isTTY === true;
  const often = throttle(isTerminal ? undefined : SELDOM);
  let steps = done;
  /** Time of the first step, whose own duration may include a compilation. */
  let began: number | null = null;
  let last: Readonly<Record<string, number>> = {};
  let isDrawn = false;

  const text = (): string => {
    const seconds = began === null ? 0 : (performance.now() - began) / 1000;
    const timed = steps - done - 1;
    const left = total === undefined || timed < 1 ? null : ((total - steps) * seconds) / timed;
    const fields = [
      total === undefined
        ? `${title} ${steps}`
        : `${title} ${steps} of ${total} (${Math.floor((100 * steps) / total)} %)`,
      ...Object.entries(last).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`),
      ...(left === null || left < 0 ? [] : [`${duration(left)} left`]),
    ];
    return fields.join(" · ");
  };
  const erase = (): void => {
    if (isDrawn) stream.write("\r\u001b[K");
    isDrawn = false;
  };
  const draw = (): void => {
    if (!isTerminal) return void stream.write(`${text()}\n`);
    erase();
    // The last column stays free, because some terminals wrap as soon as it is written.
    stream.write(text().slice(0, (stream.columns ?? COLUMNS) - 1));
    isDrawn = true;
  };
  return {
    step(values = {}) {
      steps++;
      began ??= performance.now();
      last = values;
      often(draw);
    },
    print(line) {
      erase();
      stream.write(`${line}\n`);
    },
    end() {
      draw();
      if (isDrawn) stream.write("\n");
      isDrawn = false;
    },
  };
}
