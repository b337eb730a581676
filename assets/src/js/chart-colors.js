// Reads the theme's colours as a canvas understands them.

/** What to read for each part: in the theme, and where the system forces its own colours. */
const NAMES = {
  ink: ["var(--chart-ink, var(--ink, CanvasText))", "CanvasText"],
  muted: ["var(--chart-muted, var(--muted, CanvasText))", "CanvasText"],
  line: ["var(--chart-line, var(--line, GrayText))", "GrayText"],
  surface: ["var(--chart-surface, var(--surface, Canvas))", "Canvas"],
  bar: ["var(--chart-bar, var(--accent, CanvasText))", "CanvasText"],
  back: ["var(--chart-back, var(--bar-back, GrayText))", "GrayText"],
};

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Any CSS colour as rgb: Chart.js mixes colours, and does not know oklch(). */
function rgb(color) {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

/** The colours of one figure: text, quiet text, lines, the card behind, bars, and bars of days with more back than out. */
export function colors(figure) {
  const forced = matchMedia("(forced-colors: active)").matches ? 1 : 0;
  // A custom property is read as written, with var() and light-dark() in it; a real property is read resolved.
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none";
  // With less motion every element has a transition, however short, and would first be read as it was.
  probe.style.transition = "none";
  figure.append(probe);
  const read = (value) => {
    probe.style.color = value;
    return rgb(getComputedStyle(probe).color);
  };
  const found = Object.fromEntries(Object.entries(NAMES).map(([name, values]) => [name, read(values[forced])]));
  probe.remove();
  return found;
}
