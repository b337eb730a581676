// Draws the figures of a page with Chart.js from the tables inside them, and updates them.

import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DoughnutController,
  LinearScale,
  Tooltip,
} from "chart.js";
import { colors } from "./js/chart-colors.js";
import { options } from "./js/chart-options.js";
import { averageLine, holeText, peakLabel } from "./js/chart-plugins.js";

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, LinearScale, Tooltip);
Chart.register(averageLine, holeText, peakLabel);

const TYPES = { doughnut: "doughnut", bars: "bar" };

/** canvas → {chart, rows, kind} */
const drawn = new Map();

/** The rows of a figure's table. The numbers are for drawing only; `text` is the amount as the server formatted it. */
function rowsOf(figure) {
  const rows = [...figure.querySelectorAll("[data-label][data-value]")].map((row) => ({
    row,
    link: row.matches("a[href]") ? row : row.querySelector("a[href]"),
    label: row.dataset.label,
    tick: row.dataset.tick ?? row.dataset.label,
    text: row.dataset.text,
    share: row.querySelector(".share")?.textContent.trim(),
    color: row.dataset.color,
    value: Number(row.dataset.value),
    isToday: "today" in row.dataset,
    isSmall: "small" in row.dataset,
    contains: (element) => row.contains(element),
  }));
  return figure.dataset.chart === "doughnut" ? slicesOf(rows, figure) : rows;
}

/** The slices of a ring, the small ones as one. It can't show a refund, which is only in the table. */
function slicesOf(rows, figure) {
  const positive = rows.filter((row) => row.value > 0);
  const small = positive.filter((row) => row.isSmall);
  if (small.length === 0) return positive;
  const { other, otherText, otherShare } = figure.dataset;
  const sum = {
    label: other,
    text: otherText,
    share: otherShare,
    color: "#8c8c8c",
    value: small.reduce((value, row) => value + row.value, 0),
    contains: (element) => small.some((row) => row.contains(element)) || Boolean(element.closest?.(".others > summary")),
    // Its rows are below the ring.
    fold: figure.querySelector("details.others"),
  };
  return [...positive.filter((row) => !row.isSmall), sum];
}

function dataOf(rows, kind, color) {
  const own = rows.map((row) => row.color || (row.value < 0 ? color.back : color.bar));
  const ring = { backgroundColor: own, hoverBackgroundColor: own, borderColor: color.muted, borderWidth: 1, spacing: 2, hoverOffset: 4 };
  const bars = { backgroundColor: own, hoverBackgroundColor: own, borderRadius: 3, maxBarThickness: 28, minBarLength: 2 };
  return {
    labels: rows.map((row) => row.tick),
    // A day without expenses has no bar.
    datasets: [{ data: rows.map((row) => (row.value || row.link ? row.value : null)), ...(kind === "doughnut" ? ring : bars) }],
  };
}

function destroy(canvas) {
  drawn.get(canvas)?.chart.destroy();
  drawn.delete(canvas);
}

function drawFigure(figure) {
  const canvas = figure.querySelector("canvas");
  const kind = figure.dataset.chart;
  if (!canvas || !TYPES[kind]) return;
  const rows = rowsOf(figure);
  const color = colors(figure);
  const data = dataOf(rows, kind, color);
  let known = drawn.get(canvas);
  if (known && known.kind !== kind) {
    destroy(canvas);
    known = undefined;
  }
  if (!known) {
    known = { kind, rows };
    drawn.set(canvas, known);
    known.chart = new Chart(canvas, { type: TYPES[kind], data, options: options(kind, figure, color, () => known.rows) });
    return;
  }
  known.rows = rows;
  known.chart.data.labels = data.labels;
  Object.assign(known.chart.data.datasets[0], data.datasets[0]);
  known.chart.options = options(kind, figure, color, () => known.rows);
  known.chart.update();
}

/** Draws new figures, redraws changed ones, and destroys removed ones. */
function draw() {
  for (const canvas of [...drawn.keys()]) {
    if (!canvas.isConnected) destroy(canvas);
  }
  document.querySelectorAll("figure[data-chart]").forEach(drawFigure);
}

/** Highlights the part of the chart for the row under the pointer or the focus, if there is one. */
function point(figure, row) {
  const known = drawn.get(figure?.querySelector("canvas"));
  if (!known) return;
  const index = known.rows.findIndex((each) => each.contains(row));
  known.chart.setActiveElements(index < 0 ? [] : [{ datasetIndex: 0, index }]);
  known.chart.update("none");
}

const figureOf = (event) => (event.target.matches?.("canvas") ? null : event.target.closest?.("figure[data-chart]"));
const enter = (event) => point(figureOf(event), event.target);
const leave = (event) => point(figureOf(event), event.relatedTarget);

draw();
document.addEventListener("htmx:after:swap", draw);

document.addEventListener("pointerover", enter);
document.addEventListener("focusin", enter);
document.addEventListener("pointerout", leave);
document.addEventListener("focusout", leave);

// The theme of the system or of the settings.
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-reduced-motion: reduce)"]) {
  matchMedia(query).addEventListener("change", draw);
}
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
