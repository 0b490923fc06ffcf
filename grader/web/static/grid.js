// The gradebook's conveniences: type to filter, arrow keys between cells (Enter opens a link), and new results by themselves.
import { follow, renew } from "./live.js";

const PARTS = ["lead", "sections", "count", "csv", "grid"];
const form = document.querySelector("form[data-filter]");
const grid = document.getElementById("grid");

if (form && grid) {
  form.querySelector("[data-no-script]").hidden = true;
  let typing;
  form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 150);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  grid.addEventListener("keydown", arrows);
  if (grid.dataset.events) follow(grid.dataset.events, 2, () => renew(location.href, PARTS));
}

async function filter() {
  const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
  if (await renew(address, PARTS)) history.replaceState(null, "", address);
}

function arrows(event) {
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const step = steps[event.key];
  const cell = event.target.closest("td, th");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...cell.closest("table").rows];
  const next = rows[rows.indexOf(cell.parentElement) + step[0]]?.cells[cell.cellIndex + step[1]];
  if (!next) return;
  event.preventDefault();
  const target = next.querySelector("a") || next;
  if (target === next) next.tabIndex = -1;
  target.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}
