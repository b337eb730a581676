// What Chart.js does not draw: the total in the ring, the average of the bars, and the value of the highest one.

export const holeText = {
  id: "holeText",
  beforeDatasetsDraw(chart, _, { total, count, color, family }) {
    const [arc] = chart.getDatasetMeta(0).data;
    if (chart.config.type !== "doughnut" || !total || !arc) return;
    const { x, y, innerRadius } = arc.getProps(["x", "y", "innerRadius"], true);
    const { ctx } = chart;
    const write = (text, size, weight, fill, dy) => {
      ctx.font = `${weight} ${size}px ${family}`;
      // A long amount is written smaller.
      const width = ctx.measureText(text).width;
      const most = innerRadius * 1.7;
      if (width > most) ctx.font = `${weight} ${(size * most) / width}px ${family}`;
      ctx.fillStyle = fill;
      ctx.fillText(text, x, y + dy);
    };
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    write(total, 18, 650, color.ink, -8);
    write(count, 12, 400, color.muted, 12);
    ctx.restore();
  },
};

export const averageLine = {
  id: "averageLine",
  afterDatasetsDraw({ ctx, chartArea, scales, config }, _, { value, color }) {
    if (config.type !== "bar" || !Number.isFinite(value)) return;
    const y = scales.y.getPixelForValue(value);
    ctx.save();
    ctx.strokeStyle = color.muted;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    ctx.moveTo(chartArea.left, y);
    ctx.lineTo(chartArea.right, y);
    ctx.stroke();
    ctx.restore();
  },
};

export const peakLabel = {
  id: "peakLabel",
  afterDatasetsDraw(chart, _, { rows, color, font }) {
    const { ctx, chartArea, config, width } = chart;
    if (config.type !== "bar") return;
    const all = rows();
    const highest = all.reduce((best, row, at) => (row.value > (all[best]?.value ?? 0) ? at : best), -1);
    if (highest < 0) return;
    const bar = chart.getDatasetMeta(0).data[highest];
    if (!bar) return;
    ctx.save();
    ctx.font = `600 ${font.size}px ${font.family}`;
    ctx.fillStyle = color.ink;
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    const half = ctx.measureText(all[highest].text).width / 2;
    // Inside the canvas, also for the first and the last bar.
    const x = Math.min(Math.max(bar.x, chartArea.left + half), width - half);
    ctx.fillText(all[highest].text, x, bar.y - 3);
    ctx.restore();
  },
};
