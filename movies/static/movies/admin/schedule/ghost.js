/* Where a showing would be: its place in a lane, its time, and what stands against it. */

import { clock, conflict, lay, say, words } from "./axis.js";

export class Ghost {
  /** `seconds`: the film's length. `except`: the showing that is being moved. */
  constructor(film, seconds, except = null) {
    Object.assign(this, { film, seconds, except });
    this.element = document.createElement("li");
    this.element.className = "ghost";
    this.element.setAttribute("aria-hidden", "true");
    this.element.innerHTML =
      '<span class="film"><strong></strong> <span class="times"></span></span>' +
      '<span class="tail"></span><span class="note"></span>';
    this.element.querySelector("strong").textContent = film;
  }

  /** Shows it there; answers with the sentence that says whether the hall is free. */
  show(lane, starts) {
    const ends = starts + this.seconds;
    const times = { starts, ends, free: ends + Number(lane.dataset.turnaround) * 60 };
    const other = conflict(lane, times, this.except);
    const note = other
      ? say(words.conflict, {
          film: other.dataset.film,
          from: clock(Number(other.dataset.starts)),
          until: clock(Number(other.dataset.free)),
        })
      : "";
    lay(this.element, lane, times);
    if (this.element.parentNode !== lane) lane.append(this.element);
    const time = `${clock(starts)}–${clock(ends)}`;
    this.element.querySelector(".times").textContent = time;
    this.element.querySelector(".note").textContent = note;
    this.element.classList.toggle("conflict", Boolean(other));
    this.element.classList.toggle("late", this.element.offsetLeft > lane.clientWidth / 2);
    const place = { time, hall: lane.dataset.name };
    return { conflicts: Boolean(other), said: other ? `${say(words.at, place)} ${note}` : say(words.free, place) };
  }

  remove() {
    this.element.remove();
  }
}
