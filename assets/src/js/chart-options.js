// The options of the two kinds of charts.

/** The part of a chart that was tapped last: the first tap shows its value, the second follows its link. */
let tapped = "";

const isTouch = (event) => (event.pointerType ? event.pointerType === "touch" : matchMedia("(hover: none)").matches);

/** Follows the link of the row like a click, including htmx and new tabs. */
function follow(event, elements, rows, canvas) {
  const row = rows()[elements[0]?.index];
  const part = row ? `${canvas.parentElement.id} ${row.label}` : "";
  const isFirstTap = isTouch(event.native) && part !== tapped;
  tapped = part;
  if (!row || isFirstTap) return;
  if (row.fold) row.fold.open = true;
  const { ctrlKey, metaKey, shiftKey } = event.native;
  row.link?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window, ctrlKey, metaKey, shiftKey }));
}

/** A name in lines that fit the canvas, because a tooltip is cut off at its edge. */
function folded(text, chart) {
  const most = Math.max(8, Math.floor((chart.width - 24) / 7));
  const lines = [""];
  for (const word of text.split(/\s+/).flatMap((long) => long.match(new RegExp(`.{1,${most}}`, "gu")) ?? [])) {
    const joined = `${lines.at(-1)} ${word}`.trim();
    if (joined.length > most) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}

function common(color, rows, font) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 160 },
    font,
    color: color.ink,
    onClick: (event, elements, { canvas }) => follow(event, elements, rows, canvas),
    onHover: (event, elements) => {
      event.native.target.style.cursor = rows()[elements[0]?.index]?.link ? "pointer" : "";
    },
    plugins: {
      tooltip: {
        backgroundColor: color.ink,
        titleColor: color.surface,
        bodyColor: color.surface,
        titleFont: { ...font, weight: 600 },
        bodyFont: font,
        displayColors: false,
        padding: 10,
        cornerRadius: 6,
        callbacks: {
          title: ([item]) => folded(rows()[item.dataIndex]?.label ?? "", item.chart),
          label: ({ dataIndex }) => [rows()[dataIndex]?.text, rows()[dataIndex]?.share].filter(Boolean).join(" · "),
        },
      },
    },
  };
}

function doughnut() {
  return { cutout: "66%", layout: { padding: 4 } };
}

function bars(color, rows, font, locale) {
  const number = locale && new Intl.NumberFormat(locale, { notation: "compact" });
  const values = rows().map(({ value }) => value);
  return {
    // Above the highest bar is its value.
    layout: { padding: { top: 18 } },
    // The whole column is clickable, because short bars are hard to hit.
    interaction: { mode: "index", intersect: false },
    scales: {
      x: {
        grid: { display: false },
        border: { color: color.line },
        ticks: {
          color: ({ index }) => (rows()[index]?.isToday ? color.ink : color.muted),
          font: ({ index }) => (rows()[index]?.isToday ? { ...font, weight: 700 } : font),
          maxRotation: 0,
          autoSkipPadding: 12,
        },
      },
      y: {
        // Only as far as the bars, not to the next round number: a small refund would take a third of the height.
        min: Math.min(0, ...values),
        border: { display: false },
        grid: { color: color.line },
        ticks: {
          display: Boolean(number),
          color: color.muted,
          font,
          maxTicksLimit: 5,
          includeBounds: false,
          callback: (value) => number?.format(value) ?? "",
        },
      },
    },
  };
}

/**
 * Chart.js options of a figure. `rows` returns the current rows. The figure's `data-locale` (BCP 47)
 * enables numbers at the scale, which are plain numbers, because the server formats money.
 */
export function options(kind, figure, color, rows) {
  const { fontFamily: family } = getComputedStyle(figure);
  const font = { family, size: 12 };
  const own = kind === "doughnut" ? doughnut() : bars(color, rows, font, figure.dataset.locale);
  const shared = common(color, rows, font);
  const { total, count, average } = figure.dataset;
  const plugins = {
    ...shared.plugins,
    holeText: { total, count, color, family },
    averageLine: { value: Number(average ?? NaN), color },
    peakLabel: { rows, color, font },
  };
  return { ...shared, ...own, plugins };
}
