// Loads the bundle of the charts after the page, if there is something to draw.

async function fetchCharts() {
  if (!document.querySelector("figure[data-chart]")) return;
  try {
    // The bundle draws when it is loaded and after every swap. Importing it again has no effect.
    await import("../charts.js");
  } catch (error) {
    // The tables have the same data; the next swap tries again.
    console.warn("The charts could not be fetched.", error);
  }
}

if (document.readyState === "complete") fetchCharts();
else addEventListener("load", fetchCharts, { once: true });

document.addEventListener("htmx:after:swap", fetchCharts);
