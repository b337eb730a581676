// Draws the icon as PNG for home screens without SVG support: a small rasterizer for the elements of favicon.svg.

import { deflateSync } from "node:zlib";

const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];
const rgb = (hex) => (hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g)).map((two) => parseInt(two, 16));

/** The straight lines of a path's `d`, each [x1, y1, x2, y2]. Supports M, L, H and V, absolute and relative. */
function lines(d) {
  const found = [];
  let [x, y] = [0, 0];
  for (const [, letter, rest] of d.matchAll(/([a-z])([^a-z]*)/gi)) {
    const numbers = rest.match(/-?\d*\.?\d+/g).map(Number);
    const [dx, dy] = letter === letter.toLowerCase() ? [1, 1] : [0, 0];
    let kind = letter.toUpperCase();
    while (numbers.length) {
      const from = [x, y];
      if (kind === "H") x = numbers.shift() + dx * x;
      else if (kind === "V") y = numbers.shift() + dy * y;
      else if (kind === "L" || kind === "M") [x, y] = [numbers.shift() + dx * x, numbers.shift() + dy * y];
      else throw new Error(`icon.mjs does not draw the path command ${letter}`);
      if (kind !== "M") found.push([...from, x, y]);
      else kind = "L";
    }
  }
  return found;
}

function distance(px, py, [x1, y1, x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(px - x1 - along * dx, py - y1 - along * dy);
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The icon in `svg` (a filled background and stroked paths with round ends) as a PNG of `size` pixels without round corners. */
export function png(svg, size) {
  const unit = Number(attribute(svg, "viewBox").split(" ")[2]) / size;
  const ground = rgb(attribute(svg.match(/<rect[^>]*>/)[0], "fill"));
  const strokes = [...svg.matchAll(/<path[^>]*>/g)].map(([tag]) => ({
    lines: lines(attribute(tag, "d")),
    color: rgb(attribute(tag, "stroke")),
    half: Number(attribute(tag, "stroke-width")) / 2,
  }));
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [px, py] = [(x + 0.5) * unit, (y + 0.5) * unit];
      let color = ground;
      for (const stroke of strokes) {
        const nearest = Math.min(...stroke.lines.map((line) => distance(px, py, line)));
        const cover = Math.min(1, Math.max(0, (stroke.half - nearest) / unit + 0.5));
        if (cover) color = color.map((value, part) => value + (stroke.color[part] - value) * cover);
      }
      rows.set(color.map(Math.round), y * (size * 3 + 1) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2], 8); // eight bits, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
