/* The time axis: what the clock says, where a showing lies in its lane, what lies there already.
   All times are seconds since 1970; an hour of the axis is always an hour. */

export const STEP = 300;
export const page = document.getElementById("schedule");
export const words = JSON.parse(document.getElementById("schedule-words").textContent);

// The cinema's clock, wherever the browser is. Swedish is written like 2026-11-24 18:05.
const local = new Intl.DateTimeFormat("sv-SE", {
  dateStyle: "short",
  timeStyle: "short",
  timeZone: page.dataset.timeZone,
});

export function say(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function calendar(seconds) {
  const [day, time] = local.format(seconds * 1000).split(" ");
  return { day, time };
}

export function clock(seconds) {
  return calendar(seconds).time;
}

/** The moment of a time on a day of the cinema, which ends in the next morning; null where clocks
    skip it. */
export function moment(day, time) {
  const isNight = time < page.dataset.dayBegins;
  const wanted = Date.parse(`${day}T${time}Z`) / 1000 + (isNight ? 24 * 3600 : 0);
  let found = wanted;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const shown = calendar(found);
    found += wanted - Date.parse(`${shown.day}T${shown.time}Z`) / 1000;
  }
  return Number.isFinite(found) && clock(found) === time ? found : null;
}

export function snapped(seconds) {
  return Math.round(seconds / STEP) * STEP;
}

export function lanes() {
  return [...page.querySelectorAll(".lane")];
}

export function opens(lane) {
  return Number(lane.closest(".day").dataset.opens);
}

function span() {
  return Number(page.dataset.hours) * 3600;
}

/** Keeps the start on the axis of a lane. */
export function within(lane, starts) {
  return Math.min(Math.max(starts, opens(lane)), opens(lane) + span() - STEP);
}

export function timeAt(lane, x) {
  const box = lane.getBoundingClientRect();
  return opens(lane) + ((x - box.left) / box.width) * span();
}

/** The lane of a hall whose axis has this moment. */
export function laneOf(hall, seconds) {
  return lanes().find((lane) => lane.dataset.hall === String(hall) && within(lane, seconds) === seconds);
}

export function lay(element, lane, { starts, ends, free }) {
  const from = Math.max(starts, opens(lane));
  const until = Math.min(free, opens(lane) + span());
  const filmEnds = Math.min(Math.max(ends, from), until);
  element.style.setProperty("--from", (from - opens(lane)) / span());
  element.style.setProperty("--length", Math.max(until - from, 0) / span());
  element.style.setProperty("--film", until > from ? (filmEnds - from) / (until - from) : 0);
}

export function timesOf(block) {
  const { starts, ends, free } = block.dataset;
  return { starts: Number(starts), ends: Number(ends), free: Number(free) };
}

/** What else needs the lane's hall then, as far as this page knows. The database knows best. */
export function conflict(lane, { starts, free }, except) {
  const others = page.querySelectorAll(`.lane[data-hall="${lane.dataset.hall}"] .block:not(.cancelled)`);
  return [...others].find((block) => {
    const other = timesOf(block);
    return block.dataset.seance !== except && starts < other.free && other.starts < free;
  });
}
