// How long the seats stay reserved: counted from the server's answer by a clock that nobody sets.
import "./once.js";

const ANNOUNCED = [1, 2, 5];

const countdown = document.querySelector("[data-expires-in]");
const timer = countdown.querySelector("[role=timer]");
const announcer = document.querySelector("[data-announce]");
const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
const end = answered + Number(countdown.dataset.expiresIn) * 1000;
let announced = minutes(end - performance.now());

function minutes(left) {
  return ANNOUNCED.find((limit) => left <= limit * 60_000) ?? Infinity;
}

function tick() {
  const left = end - performance.now();
  if (left <= 0) return over();
  const seconds = Math.floor(left / 1000);
  timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  countdown.classList.toggle("soon", left < 120_000);
  if (minutes(left) < announced) {
    announced = minutes(left);
    announcer.textContent = announcer.getAttribute(`data-minutes-${announced}`);
  }
  setTimeout(tick, left % 1000 + 20);
}

function over() {
  for (const part of document.querySelectorAll("[data-while-held]")) part.hidden = true;
  document.querySelector("[data-when-over]").hidden = false;
}

tick();
