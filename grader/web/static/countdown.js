// The time that is left runs down while the page is open: its words come from the page, and how much it was from the
// server, since the clock of this machine may be wrong.

const clocks = [...document.querySelectorAll("time[data-left]")];
const opened = Date.now();

function tick() {
  for (const clock of clocks) {
    const left = Number(clock.dataset.left) - Math.floor((Date.now() - opened) / 1000);
    const said = words(clock.dataset, left).replace(/\{(\w)\}/g, (_, unit) => parts(left)[unit]);
    if (clock.textContent !== said) clock.textContent = said;
  }
}

function words(say, left) {
  if (left >= 3600) return say.hours;
  return left >= 60 ? say.minutes : left > 0 ? say.seconds : say.now;
}

function parts(left) {
  return { h: Math.floor(left / 3600), m: Math.floor(left / 60) % 60, s: left };
}

if (clocks.length) {
  tick();
  setInterval(tick, 1000);
}
