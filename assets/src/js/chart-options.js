// The options of the two kinds of charts.

/** Follows the link of the row like a click, including htmx and new tabs. */
function follow(event, elements, rows) {
  const { ctrlKey, metaKey, shiftKey } = event.native;
  const link = rows()[elements[0]?.index]?.link;
  link?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window, ctrlKey, metaKey, shiftKey }));
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
    onClick: (event, elements) => follow(event, elements, rows),
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
  return { cutout: "62%", layout: { padding: 6 } };
}

function bars(color, rows, font, locale) {
  const number = locale && new Intl.NumberFormat(locale, { notation: "compact" });
  return {
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
        border: { display: false },
        grid: { color: color.line },
        ticks: {
          display: Boolean(number),
          color: color.muted,
          font,
          maxTicksLimit: 5,
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
  return { ...common(color, rows, font), ...own };
}
