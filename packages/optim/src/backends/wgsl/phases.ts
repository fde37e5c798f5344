import type { MapPass, Phase, Plan } from "../../rule/plan.ts";
import { SCALAR, type Shape } from "../../rule/shape.ts";
import * as kernels from "./kernels.ts";
import { identityKernel, productKernel, transposeKernel } from "./matrix.ts";
import type { ModuleWriter } from "./module.ts";

/** Writes the kernels of all phases, in the order of their dispatch. */
export function writePhases(module: ModuleWriter, plan: Plan, deviceStates: readonly string[]): void {
  for (const [index, phase] of plan.phases.entries()) {
    const title = plan.phases.length > 1 ? `Phase ${index + 1} of ${plan.phases.length}` : "One phase";
    writePhase(module, phase, title);
  }
  const changed = [...plan.scalarStates].flatMap(([name, value]): kernels.ScalarStore[] => {
    const slot = deviceStates.indexOf(name);
    return slot < 0 || (value.kind === "read" && value.name === name) ? [] : [[slot, name, value]];
  });
  if (changed.length > 0) kernels.finishKernel(module, changed);
}

function writePhase(module: ModuleWriter, { passes, results, totals }: Phase, title: string): void {
  const ofTensor = results.map(({ node }) => node).filter(({ total }) => total === null);
  const slotted = (reduction: MapPass["reductions"][number]): kernels.Slotted => {
    const { node } = reduction;
    return { reduction, slot: node.total === null ? ofTensor.indexOf(node) : module.totalSlot(node.total) };
  };

  for (const pass of passes) {
    if (pass.kind === "product") productKernel(module, pass, title);
    else if (pass.kind === "transpose") transposeKernel(module, pass, title);
    else if (pass.kind === "identity") identityKernel(module, pass, title);
    else if (pass.kind === "map") {
      const toNumbers = pass.reductions.filter(({ node }) => node.shape === SCALAR);
      if (toNumbers.length > 0) {
        kernels.partialKernel(module, pass, toNumbers.map(slotted), title);
      } else if (pass.stores.length > 0) {
        kernels.storeKernel(module, pass, title);
      }
      for (const reductions of byShape(pass)) kernels.alongKernel(module, pass, reductions, title);
    }
  }
  const combined = results.map(slotted);
  const own = combined.filter(({ reduction }) => reduction.node.total === null);
  if (own.length > 0) kernels.combineKernel(module, own, false, title);
  const shared = combined.filter(({ reduction }) => reduction.node.total !== null);
  if (totals.length > 0) kernels.combineKernel(module, shared, true, title);
}

/** Groups the reductions of a pass along some axes by the shape of their results. */
function byShape({ reductions }: MapPass): (readonly MapPass["reductions"][number][])[] {
  const groups = new Map<Shape, MapPass["reductions"][number][]>();
  for (const reduction of reductions) {
    const { shape } = reduction.node;
    if (shape !== SCALAR) groups.set(shape, [...(groups.get(shape) ?? []), reduction]);
  }
  return [...groups.values()];
}
