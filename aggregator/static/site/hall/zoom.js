// Larger and smaller seats, never smaller than a finger can hit; the middle stays in the middle.

const SMALLEST_CELL = 24;
const LARGEST_CELL = 72;
const STEP = 1.25;

export function zoom(box, words, say) {
  const map = box.querySelector(".map");
  const controls = document.querySelector(".zoom");
  let factor = 1;

  function cell() {
    return map.querySelector(".seat")?.getBoundingClientRect().width ?? SMALLEST_CELL;
  }

  function show() {
    const now = cell();
    controls.querySelector('[data-zoom="in"]').disabled = now >= LARGEST_CELL;
    controls.querySelector('[data-zoom="out"]').disabled = now <= SMALLEST_CELL + 0.5;
  }

  function middle() {
    box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
  }

  function resize(step) {
    const at = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
    const now = cell();
    const wanted = Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, now * step));
    factor *= wanted / now;
    map.style.setProperty("--zoom", factor);
    box.scrollLeft = at * box.scrollWidth - box.clientWidth / 2;
    show();
    say(words.zoom.replace("{percent}", Math.round(factor * 100)));
  }

  controls.hidden = false;
  controls.addEventListener("click", ({ target }) => {
    if (target.dataset.zoom) resize(target.dataset.zoom === "in" ? STEP : 1 / STEP);
  });
  new ResizeObserver(show).observe(box);
  const chosen = map.querySelector("input:checked");
  if (chosen) chosen.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
  else middle();
}
