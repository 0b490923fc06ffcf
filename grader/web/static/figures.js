// The curve of uploads, drawn over the table that stands beside it, and new figures by themselves.
/* global uPlot */
import { follow, renew } from "./live.js";

const HEIGHT = 200;
const DAY = 86400;
let drawn = [];

function draw() {
  drawn.forEach((plot) => plot.destroy());
  drawn = [...document.querySelectorAll("[data-plot]")].map(curve);
}

function curve(box) {
  const { begin, step, counts, due, dueWord, zone, lang } = box.dataset;
  const values = counts.split(" ").map(Number);
  const times = values.map((_, index) => Number(begin) + index * Number(step));
  const [first, last, deadline] = [times[0], times.at(-1) + Number(step), due ? Number(due) : null];
  const shown = deadline !== null && deadline > first && deadline - last < last - first;
  const look = getComputedStyle(box);  // the tokens, as the theme has them, stand in colours that nothing else uses
  const [ink, line, rule, mark] = [look.color, look.columnRuleColor, look.borderTopColor, look.textDecorationColor];
  const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 }, font: "12px system-ui, sans-serif" };
  const at = (options) => new Intl.DateTimeFormat(lang, { timeZone: zone, ...options });
  const [clock, day] = [at({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }), at({ month: "short", day: "numeric" })];
  return new uPlot({
    width: box.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(1000 * seconds), zone),
    scales: { x: { range: () => [first, Math.max(last, shown ? deadline + (last - first) / 50 : last)] }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
    axes: [
      { ...axis, values: (_, ticks, __, ___, apart) => ticks.map((tick) => (apart < DAY ? clock : day).format(1000 * tick)) },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
    ],
    series: [{}, { stroke: line, fill: line, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [1, 60], align: 1 }) }],
    hooks: { draw: shown ? [(plot) => marked(plot, deadline, dueWord, mark)] : [] },
  }, [times, values], box);
}

function marked(plot, deadline, word, colour) {
  const x = Math.round(plot.valToPos(deadline, "x", true));
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = "top";
  ctx.fillText(word, x - 4 * devicePixelRatio, bbox.top);
  ctx.restore();
}

const figures = document.getElementById("figures");
if (figures) {
  draw();
  let sizing;
  addEventListener("resize", () => { clearTimeout(sizing); sizing = setTimeout(draw, 150); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  follow(figures.dataset.events, 5, async () => { if (await renew(location.href, ["lead", "figures"])) draw(); });
}
