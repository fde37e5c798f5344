import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  accumulateGradients,
  adam,
  adamw,
  clipByGlobalNorm,
  exponentialMovingAverage,
  lbfgs,
  lookahead,
  muon,
  type Optimizer,
  Parameters,
  prodigy,
  type SplitByRole,
  type SplitPart,
  scheduleFreeSgd,
  sgd,
  sharpnessAware,
  split,
} from "../src/index.ts";

type Values = Readonly<Record<string, readonly number[]>>;
type Golden = Readonly<Record<string, Values>>;
const golden: { readonly shapes: Values } & Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(new URL("fixtures/split.json", import.meta.url), "utf8"),
);

const NAMES = Object.keys(golden.shapes);
const MATRICES = ["conv.weight", "fc.weight"];

/** The generator's numbers. */
function number(element: number, step: number, tensor: number): number {
  return ((((element * 37 + step * 101 + tensor * 53 + 11) * 7919) % 1009) - 400) / 256;
}

function started(options = {}): Parameters<"float32" | "float64"> {
  const parameters = new Parameters(golden.shapes, { roles: { "head.weight": "head" }, ...options });
  for (const [i, name] of NAMES.entries()) {
    parameters.setValue(
      name,
      Float64Array.from(parameters.value(name), (_, element) => number(element, 0, i)),
    );
  }
  return parameters;
}

function writeGradients(parameters: Parameters<"float32" | "float64">, step: number): void {
  for (const [i, name] of parameters.names.entries()) {
    parameters.setGradient(
      name,
      Float64Array.from(parameters.value(name), (_, element) => number(element, step, i)),
    );
  }
}

function run(optimizer: Optimizer, parameters: Parameters<"float32" | "float64">, from: number, to: number) {
  const updater = optimizer.bind(parameters);
  for (let step = from; step <= to; step++) {
    writeGradients(parameters, step);
    updater.step();
  }
  return updater;
}

const falling = (lr: number) => (step: number) => lr / (1 + step / 4);

/** The optimizers of split.py. */
const CASES: Readonly<Record<string, Optimizer>> = {
  "sgd and adamw": split([
    { match: MATRICES, optimizer: sgd({ lr: falling(0.1), momentum: 0.9, nesterov: true, weightDecay: 0.01 }) },
    { optimizer: adamw({ lr: 0.01, weightDecay: 0.1 }) },
  ]),
  "muon and adamw, clipped": clipByGlobalNorm(
    muon({ lr: falling(0.02), partner: adamw({ lr: falling(0.01), weightDecay: 0.1 }) }),
    { maxNorm: 1 },
  ),
  "each clipped": split([
    {
      role: "hidden",
      optimizer: clipByGlobalNorm(sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }), { maxNorm: 0.5 }),
    },
    { optimizer: clipByGlobalNorm(adamw({ lr: 0.01, weightDecay: 0.1 }), { maxNorm: 2 }) },
  ]),
};

describe("a split", () => {
  test.each(Object.entries(CASES))("%s: equals separate PyTorch optimizers within 1e-12", (name, optimizer) => {
    const parameters = started({ dtype: "float64" });
    const updater = optimizer.bind(parameters);
    for (let step = 1; step <= 8; step++) {
      writeGradients(parameters, step);
      updater.step();
      const expected = golden[name]?.[step];
      for (const [tensor, values] of Object.entries(expected ?? {})) {
        const own = parameters.value(tensor);
        const worst = Math.max(...values.map((x, i) => Math.abs((own[i] as number) - x) / Math.max(1, Math.abs(x))));
        expect(worst, `${tensor}, step ${step}`).toBeLessThan(1e-12);
      }
    }
    expect(Object.keys(golden[name] ?? {})).toEqual(["1", "8"]);
  });

  test("resumes bit for bit, by kernels too", () => {
    for (const optimizer of [...Object.values(CASES), lookahead(muon({ partner: adamw({ amsgrad: true }) }))]) {
      const [whole, resumed] = [started(), started()];
      const reference = run(optimizer, whole, 1, 6);
      const first = run(optimizer, resumed, 1, 3);
      const second = optimizer.bind(resumed);
      second.restore(structuredClone(first.state()));
      for (let step = 4; step <= 6; step++) {
        writeGradients(resumed, step);
        second.step();
      }
      expect(resumed.values).toEqual(whole.values);
      expect(second.state()).toEqual(reference.state());
    }
  });

  test("kernels equal the interpreter bit for bit where the order of the text is kept", () => {
    const [wasm, plain] = [started(), started()];
    const optimizer = clipByGlobalNorm(split({ hidden: sgd({ momentum: 0.9 }), rest: adam() }));
    const updaters = [
      optimizer.bind(wasm, { asWritten: true }),
      optimizer.bind(plain, { backend: "interpreter", asWritten: true }),
    ];
    for (const [i, parameters] of [wasm, plain].entries()) {
      writeGradients(parameters, 1);
      updaters[i]?.step();
    }
    expect(wasm.values).toEqual(plain.values);
  });

  test("the first part that matches takes a tensor, and a nested split stands for its parts", () => {
    const nested = split([
      { rank: [2, 4], optimizer: split({ head: sgd({ lr: 1 }), hidden: sgd({ lr: 2 }) }) },
      { match: /bias/, optimizer: sgd({ lr: 3 }) },
      { match: /./, optimizer: sgd({ lr: 4 }) },
    ]);
    expect(() => nested.bind(started())).toThrow(/no tensor is left for the part \/\.\/: the tensors are conv/);
    const three = split([
      { rank: [2, 4], optimizer: split({ head: sgd({ lr: 1 }), hidden: sgd({ lr: 2 }) }) },
      { match: (name) => name.endsWith("bias"), optimizer: sgd({ lr: 3 }) },
    ]);
    expect(three.name).toBe("split(rank 2 or 4, head: sgd, rank 2 or 4, hidden: sgd, match: sgd)");
    const rates = three.bind(started()).groups.map(({ names, hyperparameters: { lr } }) => [names.join(), lr]);
    expect(rates).toEqual([
      ["conv.weight,fc.weight", 2],
      ["fc.bias", 3],
      ["head.weight", 1],
    ]);
  });

  test("a role that the model lacks is no error, so that one split fits many models", () => {
    const updater = split({ gain: sgd({ lr: 9 }), rest: adam() }).bind(started());
    expect(updater.groups.map(({ names }) => names.length)).toEqual([4, 0]);
    expect(updater.hyperparameters.lr).toBe(9);
  });

  test("groups of a part, and of a wrapper around the split, concern their own tensors", () => {
    const optimizer = clipByGlobalNorm(
      split([
        { role: "hidden", optimizer: sgd({ lr: 1 }, { groups: [{ match: /fc/, lr: 2 }] }) },
        { optimizer: adamw({ lr: 3 }, { groups: [{ match: /head/, frozen: true }] }) },
      ]),
      {},
      { groups: [{ match: /bias/, maxNorm: 7 }] },
    );
    const parameters = started();
    const updater = run(optimizer, parameters, 1, 1);
    const facts = updater.groups.map(({ names, frozen, hyperparameters: { lr, maxNorm } }) => [
      names.join(),
      frozen,
      lr,
      maxNorm,
    ]);
    expect(facts).toEqual([
      ["head.weight", true, 3, 1],
      ["fc.bias", false, 3, 7],
      ["fc.weight", false, 2, 1],
      ["conv.weight", false, 1, 1],
    ]);
    expect(parameters.value("head.weight")).toEqual(started().value("head.weight"));
    expect(updater.hyperparameters.lr).toBe(1);
  });

  test("a gradient that is not finite stops all parts before the step", () => {
    const optimizer = split({ hidden: sgd(), rest: adamw() });
    const parameters = started();
    const updater = optimizer.bind(parameters, { guard: "skip" });
    writeGradients(parameters, 1);
    parameters.gradient("head.weight")[3] = Number.NaN;
    updater.step();
    expect([updater.steps, updater.skipped]).toEqual([0, 1]);
    expect(parameters.values).toEqual(started().values);
  });

  test("gradient accumulation around a split equals a step with the mean", () => {
    const [mean, parts] = [started({ dtype: "float64" }), started({ dtype: "float64" })];
    const optimizer = split({ hidden: sgd({ lr: 0.1 }), rest: adamw() });
    run(accumulateGradients(optimizer, { microSteps: 2 }), parts, 1, 2);
    const updater = optimizer.bind(mean);
    writeGradients(mean, 1);
    const first = mean.gradients.slice();
    writeGradients(mean, 2);
    mean.gradients.set(mean.gradients.map((x, i) => (x + (first[i] as number)) / 2));
    updater.step();
    expect([...parts.values].every((x, i) => Math.abs(x - (mean.values[i] as number)) < 1e-12)).toBe(true);
  });

  test("evaluates with the weights of each part", () => {
    const parameters = started();
    const updater = run(
      split({ hidden: sgd(), rest: exponentialMovingAverage(adamw({ lr: 0.1 }), { averageDecay: 0.5 }) }),
      parameters,
      1,
      3,
    );
    const before = parameters.values.slice();
    const [hidden, head] = updater.withEvaluationWeights(() => [
      parameters.value("fc.weight").slice(),
      parameters.value("head.weight").slice(),
    ]);
    expect(hidden).toEqual(parameters.value("fc.weight"));
    expect(head).not.toEqual(parameters.value("head.weight"));
    expect(parameters.values).toEqual(before);
  });

  test("sharpness-aware minimization climbs over all parts", () => {
    const [one, two] = [started({ dtype: "float64" }), started({ dtype: "float64" })];
    for (const [parameters, optimizer] of [
      [one, sgd({ lr: 0.1 })],
      [two, split({ hidden: sgd({ lr: 0.1 }), rest: sgd({ lr: 0.1 }) })],
    ] as const) {
      sharpnessAware(optimizer)
        .bind(parameters)
        .step(() => {
          parameters.gradients.set(parameters.values.map((x) => 3 * x));
          return 1;
        });
    }
    expect(two.values).toEqual(one.values);
  });
});

describe("errors of a split", () => {
  const listed = (...parts: readonly unknown[]) => split(parts as readonly SplitPart[]);
  test.each<[string, () => unknown, string | RegExp]>([
    ["no parts", () => split({}), "split: expected optimizers, such as { hidden: muon(), rest: adamw() }"],
    ["an empty list", () => split([]), "split: expected optimizers, such as { hidden: muon(), rest: adamw() }"],
    ["nothing", () => split(undefined as never), "split: expected optimizers, such as"],
    [
      "an unknown role",
      () => split({ hiden: sgd() } as SplitByRole),
      'split: unknown role "hiden": expected hidden, input, head, gain, bias, rest, or a list',
    ],
    [
      "a role of a list that is unknown",
      () => listed({ role: "body", optimizer: sgd() }),
      'split, part 1: role = "body": expected one or several of "hidden"',
    ],
    ["a rank below 0", () => listed({ rank: -1, optimizer: sgd() }), "split, part 1: rank = -1: expected"],
    ["a match of another type", () => listed({ match: 3, optimizer: sgd() }), "split, part 1: match = 3: expected"],
    ["an optimizer that is not called", () => split({ rest: adamw as never }), "split, part 1: optimizer = "],
    ["a part without optimizer", () => listed({ role: "bias" }), "split, part 1: optimizer = undefined"],
    ["an optimizer with closures", () => listed({ rank: 1, optimizer: lbfgs() }), "an optimizer without closures"],
    [
      "a part after one without condition",
      () => listed({ optimizer: sgd() }, { role: "hidden", optimizer: muon() }),
      "split, part 1: it has no condition, and so takes all tensors: put it last",
    ],
    ["an unknown key", () => listed({ ranks: 1, optimizer: sgd() }), "split, part 1: unknown condition 'ranks'"],
    [
      "accumulation in a part",
      () => split({ rest: accumulateGradients(sgd()) }),
      "split, part 1: accumulateGradients(sgd) accumulates gradients: wrap the split",
    ],
    [
      "a tensor that no part takes",
      () => split({ hidden: muon(), bias: sgd() }).bind(started()),
      "split(hidden: muon, bias: sgd): no part takes 'head.weight': add a part without condition, or rest, for it",
    ],
    [
      "a part without a tensor",
      () => split([{ rank: 3, role: "gain", optimizer: sgd() }, { optimizer: adam() }]).bind(started()),
      "split(gain, rank 3: sgd, rest: adam): no tensor is left for the part gain, rank 3: the tensors are conv.weight",
    ],
    [
      "a group without a tensor",
      () => muon({ partner: adamw({}, { groups: [{ match: /conv/, lr: 1 }] }) }).bind(started()),
      "no tensor is left for the group /conv/",
    ],
    [
      "an unknown role of a tensor",
      () => split({ rest: sgd() }).bind(started({ roles: { "fc.offset": "bias" } })),
      "roles: no tensor is named 'fc.offset'",
    ],
    [
      "a wrapper that a part rejects",
      () => exponentialMovingAverage(split({ hidden: sgd(), rest: scheduleFreeSgd() })),
      "exponentialMovingAverage cannot wrap scheduleFreeSgd",
    ],
    [
      "Muon on a bias",
      () => muon().bind(started()),
      "muon is for tensors of at least 2 axes, and 'fc.bias' has shape [5]: pass { partner: adamw() }, or use split",
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test("a state of another split does not fit", () => {
    const saved = run(muon({ partner: adamw() }), started(), 1, 1).state();
    for (const other of [muon({ partner: sgd() }), split({ bias: adamw(), rest: adamw() }), adamw()]) {
      expect(() => other.bind(started()).restore(saved)).toThrow(
        "it was saved by 'split(hidden: muon, rest: adamw)', and this is",
      );
    }
  });

  test("a wrapper around a nested split reads the sums of its parts together", () => {
    const [nested, flat] = [started({ dtype: "float64" }), started({ dtype: "float64" })];
    const inner = split({ hidden: sgd({ lr: 0.1 }), head: sgd({ lr: 0.1 }) });
    run(split([{ rank: [2, 4], optimizer: clipByGlobalNorm(inner) }, { optimizer: sgd() }]), nested, 1, 2);
    run(split([{ rank: [2, 4], optimizer: clipByGlobalNorm(sgd({ lr: 0.1 })) }, { optimizer: sgd() }]), flat, 1, 2);
    expect(nested.values).toEqual(flat.values);
  });

  test("sums over all tensors stay within a part", () => {
    const [alone, both] = [started({ dtype: "float64" }), started({ dtype: "float64" })];
    run(split([{ rank: 1, optimizer: prodigy() }, { optimizer: sgd({ lr: 0 }) }]), alone, 1, 5);
    run(split([{ rank: 1, optimizer: prodigy() }, { optimizer: prodigy() }]), both, 1, 5);
    expect(both.value("fc.bias")).toEqual(alone.value("fc.bias"));
  });
});
