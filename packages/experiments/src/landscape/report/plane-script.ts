/** Style rules of the plane and its controls. */
export const PLANE_STYLE = `
.plane .columns { display: grid; grid-template-columns: minmax(0, 8fr) minmax(0, 5fr); gap: 0 40px; }
.plane svg { max-width: 640px; touch-action: pan-y; }
.plane .area { cursor: crosshair; }
.plane .cursor { stroke-width: 1.5; }
.toggles { border: 0; margin: 0 0 12px; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 0.9375rem; }
.toggles legend { float: left; margin-right: 20px; padding: 4px 0; color: var(--muted); }
.toggles label { display: inline-flex; align-items: center; gap: 8px; min-height: 32px; overflow-wrap: anywhere; }
.toggles input { accent-color: var(--accent); width: 16px; height: 16px; margin: 0; flex: none; }
.reader { display: grid; grid-template-columns: repeat(2, minmax(0, 300px)); gap: 4px 24px; margin-top: 12px; font-size: 0.9375rem; }
.reader[hidden] { display: none; }
.reader label { display: grid; gap: 2px; color: var(--muted); }
.reader input { accent-color: var(--accent); width: 100%; height: 28px; margin: 0; }
.reader output { grid-column: 1 / -1; min-height: 3em; font-variant-numeric: tabular-nums; }
@media (min-width: 901px) { .reader { grid-template-columns: minmax(0, 300px); } }
@media (max-width: 900px) { .plane .columns { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 560px) { .reader { grid-template-columns: minmax(0, 1fr); } }
@media print { .toggles, .reader { display: none; } }
`;

/**
 * Shows the values of a plane under the pointer or at the sliders, and hides paths. The plot and the tables of the page are
 * complete without it.
 */
export const PLANE_SCRIPT = `
for (const figure of document.querySelectorAll("[data-plane]")) {
  const plane = JSON.parse(figure.dataset.plane);
  const reader = figure.querySelector(".reader");
  const [sliderX, sliderY] = reader.querySelectorAll("input");
  const output = reader.querySelector("output");
  const format = (value, digits = 3) => (value === null ? "not finite" : String(Number(value.toPrecision(digits))));
  const percent = (value) => (value === null ? "" : ", accuracy " + (100 * value).toFixed(1) + " %");
  const hidden = new Set();
  const cell = (i, j) => ["train", "test"].filter((part) => plane[part])
    .map((part) => plane.names[part] + ": loss " + format(plane[part][j][i][0]) + percent(plane[part][j][i][1])).join("; ");
  const show = (i, j, point) => {
    sliderX.value = i;
    sliderY.value = j;
    for (const slider of [sliderX, sliderY]) {
      const at = slider === sliderX ? plane.x[i] : plane.y[j];
      slider.setAttribute("aria-valuetext", format(at));
    }
    output.textContent = point
      ? point.name + ", " + (point.step === 0 ? "initial weights" : "step " + point.step) + ": its own loss " + format(point.loss)
        + percent(point.accuracy) + ". Distance from the plane " + format(point.distance) + ". On the plane below it: " + cell(i, j) + "."
      : "At " + format(plane.x[i]) + ", " + format(plane.y[j]) + ": " + cell(i, j) + ".";
    for (const area of figure.querySelectorAll(".area")) {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(area.getAttribute(name)));
      const cursor = area.parentNode.querySelector(".cursor");
      const left = x + (i / (plane.x.length - 1)) * width;
      const top = y + (1 - j / (plane.y.length - 1)) * height;
      cursor.setAttribute("transform", "translate(" + left + "," + top + ")");
      cursor.setAttribute("visibility", "visible");
    }
  };
  const near = (share, list) => Math.min(list.length - 1, Math.max(0, Math.round(share * (list.length - 1))));
  const REACH = 14;
  for (const area of figure.querySelectorAll(".area")) {
    area.addEventListener("pointermove", (event) => {
      const box = area.getBoundingClientRect();
      const [left, top] = [event.clientX - box.left, event.clientY - box.top];
      let found = null;
      let least = REACH;
      for (const point of plane.points) {
        if (hidden.has(point.run)) continue;
        const distance = Math.hypot(point.left * box.width - left, point.top * box.height - top);
        if (distance < least) [found, least] = [point, distance];
      }
      const share = found ? [found.left, found.top] : [left / box.width, top / box.height];
      show(near(share[0], plane.x), near(1 - share[1], plane.y), found);
    });
  }
  for (const slider of [sliderX, sliderY]) slider.addEventListener("input", () => show(Number(sliderX.value), Number(sliderY.value), null));
  for (const box of figure.querySelectorAll("[data-toggle]")) {
    const run = Number(box.dataset.toggle);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(run);
      else hidden.add(run);
      for (const path of figure.querySelectorAll('[data-run="' + run + '"]')) path.style.display = box.checked ? "" : "none";
    });
    box.closest("fieldset").hidden = false;
  }
  reader.hidden = false;
}
`;
