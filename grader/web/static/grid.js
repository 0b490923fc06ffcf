// The gradebook's two conveniences: type to filter the rows, and arrow keys between cells (Enter opens a link).

const table = document.querySelector("table[data-grid]");
if (table) { filter(table); arrows(table); }

function filter(table) {
  const box = document.querySelector("[data-filter]");
  const count = document.querySelector("[data-filter-count]");
  const rows = [...table.tBodies[0].rows];
  box.hidden = false;
  box.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = (row.dataset.text || row.textContent).toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = count.dataset.say.replace("{shown}", shown).replace("{all}", rows.length);
  });
}

function arrows(table) {
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const cell = event.target.closest("td, th");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...table.rows].filter((row) => !row.hidden);
    const row = rows[rows.indexOf(cell.parentElement) + step[0]];
    const next = row?.cells[cell.cellIndex + step[1]];
    if (!next) return;
    event.preventDefault();
    const target = next.querySelector("a") || next;
    if (target === next) next.tabIndex = -1;
    target.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
