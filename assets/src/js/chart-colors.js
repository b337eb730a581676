// Reads the colors of the theme in a form for canvas.

/** The custom property of each part in the theme, and the system color in forced-colors mode. */
const NAMES = {
  ink: ["var(--chart-ink, var(--ink, CanvasText))", "CanvasText"],
  muted: ["var(--chart-muted, var(--muted, CanvasText))", "CanvasText"],
  line: ["var(--chart-line, var(--line, GrayText))", "GrayText"],
  surface: ["var(--chart-surface, var(--surface, Canvas))", "Canvas"],
  bar: ["var(--chart-bar, var(--accent, CanvasText))", "CanvasText"],
  back: ["var(--chart-back, var(--bar-back, GrayText))", "GrayText"],
};

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Any CSS color as rgb, because Chart.js does not support oklch(). */
function rgb(color) {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

/** The colors of a figure: text, muted text, lines, background, bars, and bars of days with more refunds than spending. */
export function colors(figure) {
  const forced = matchMedia("(forced-colors: active)").matches ? 1 : 0;
  // Reading a custom property returns var() and light-dark() unresolved; reading a real property resolves them.
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none";
  // With reduced motion every element has a short transition, so the old value would be read.
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
