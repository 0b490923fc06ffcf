// Parts of a page take the place of the old ones: those of a newer copy of it. What has the focus keeps it.

let turn = 0;

export async function renew(address, ids) {
  const mine = ++turn;
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || mine !== turn) return false;
  const newer = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ids) {
    const [old, fresh] = [document.getElementById(id), newer.getElementById(id)];
    if (old && fresh && !old.isEqualNode(fresh)) keeping(old, () => old.replaceChildren(...fresh.childNodes));
  }
  return true;
}

// The place of the focus is known by its link, or by its row and column.
function keeping(part, act) {
  const had = part.contains(document.activeElement) ? document.activeElement : null;
  const [cell, box] = [had?.closest("td, th"), part.querySelector("[tabindex='0']")];
  const at = cell && [cell.parentElement.rowIndex, cell.cellIndex];
  const scrolled = box && [box.scrollLeft, box.scrollTop];
  const opened = [...part.querySelectorAll("details")].map((details) => details.open);
  act();
  [...part.querySelectorAll("details")].forEach((details, index) => { details.open = opened[index] ?? details.open; });
  const again = part.querySelector("[tabindex='0']");
  if (scrolled && again) [again.scrollLeft, again.scrollTop] = scrolled;
  if (!had) return;
  const same = had.getAttribute("href") && part.querySelector(`a[href="${CSS.escape(had.getAttribute("href"))}"]`);
  const place = at && part.querySelector("table")?.rows[at[0]]?.cells[at[1]];
  (same || place?.querySelector("a") || place || again)?.focus({ preventScroll: true });
}

// Acts on events of the course, at most every `seconds`. A page that nobody looks at holds no connection: a browser has
// six of them for all its pages. Without events the page is as it was when it was opened.
export function follow(address, seconds, act) {
  let [events, waiting] = [null, false];
  const soon = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; act(); }, 1000 * seconds);
  };
  const listen = () => {
    events = new EventSource(address);
    events.addEventListener("course", soon);
  };
  document.addEventListener("visibilitychange", () => {
    events?.close();
    if (!document.hidden) { listen(); act(); }
  });
  addEventListener("pagehide", () => events?.close());
  if (!document.hidden) listen();
}
