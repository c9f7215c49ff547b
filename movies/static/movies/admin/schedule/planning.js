/* A new showing: a film is found, a place is clicked or typed, and shown before it is planned. */

import { findFilms } from "../film-search.js";
import { clock, laneOf, moment, page, snapped, timeAt, words } from "./axis.js";
import { refresh } from "./board.js";
import { Ghost } from "./ghost.js";
import { send } from "./server.js";
import { link, tell } from "./toast.js";

const board = document.getElementById("board");
const form = document.getElementById("new-showing");

function openPanel() {
  page.classList.add("planning");
  document.getElementById("plan").setAttribute("aria-expanded", "true");
}

function closePanel() {
  page.classList.remove("planning");
  const opener = document.getElementById("plan");
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
}

class Planning {
  constructor() {
    this.films = form.elements.movie;
    this.preview = document.getElementById("preview");
    this.ghost = null;
  }

  get film() {
    return this.films.selectedOptions[0] ?? null;
  }

  /** Draws the film there; without a place, or a film, nothing. */
  draw(lane, starts) {
    this.ghost?.remove();
    this.preview.textContent = "";
    if (!lane || starts === null || !this.film) return;
    this.ghost = new Ghost(this.film.dataset.film, Number(this.film.dataset.minutes) * 60);
    const { conflicts, said } = this.ghost.show(lane, starts);
    this.preview.textContent = said;
    this.preview.classList.toggle("bad", conflicts);
  }

  drawTyped() {
    const { hall, day, time } = form.elements;
    const starts = day.value && time.value ? moment(day.value, time.value) : null;
    this.draw(starts === null ? null : laneOf(hall.value, starts), starts);
  }

  fill(lane, starts) {
    const { hall, day, time, price } = form.elements;
    hall.value = lane.dataset.hall;
    day.value = lane.closest(".day").dataset.day;
    time.value = clock(starts);
    openPanel();
    this.drawTyped();
    if (!this.film) document.getElementById("find-film").focus();
    else if (!price.value) price.focus();
    else form.querySelector("button.default").focus();
  }

  async save() {
    const note = form.querySelector(".errornote");
    const submit = form.querySelector("button.default");
    submit.disabled = true;
    const answer = await send(form);
    submit.disabled = false;
    note.hidden = !answer.refused;
    note.textContent = answer.refused ?? "";
    await refresh();
    if (answer.refused) {
      this.drawTyped();
      return;
    }
    form.elements.time.value = "";
    this.draw(null, null);
    const isShown = document.querySelector(`.day[data-day="${answer.day}"]`);
    const address = new URL(form.action);
    address.searchParams.set("day", answer.day);
    tell(answer.said, "good", ...(isShown ? [] : [link(words.show, address)]));
  }
}

/** The lane of an empty place, null when something else is meant. */
function emptyLane(event) {
  if (page.classList.contains("busy") || event.target.closest(".block")) return null;
  return event.target.closest(".lane");
}

export function plannable() {
  if (!form) return;
  const planning = new Planning();
  findFilms(document.getElementById("find-film"), planning.films, form.elements.hall);

  document.getElementById("plan").addEventListener("click", (event) => {
    event.preventDefault();
    openPanel();
    document.getElementById("find-film").focus();
  });
  const close = form.querySelector(".close");
  close.hidden = false;
  const leave = () => {
    planning.draw(null, null);
    closePanel();
  };
  close.addEventListener("click", leave);
  form.addEventListener("keydown", (event) => event.key === "Escape" && leave());
  if (!form.querySelector(".errornote").hidden || planning.film) openPanel();

  board.addEventListener("pointermove", (event) => {
    const lane = page.classList.contains("planning") ? emptyLane(event) : null;
    if (lane) planning.draw(lane, snapped(timeAt(lane, event.clientX)));
  });
  board.addEventListener("pointerleave", () => planning.drawTyped());
  board.addEventListener("click", (event) => {
    const lane = emptyLane(event);
    if (lane) planning.fill(lane, snapped(timeAt(lane, event.clientX)));
  });
  form.addEventListener("input", () => planning.drawTyped());
  form.addEventListener("change", () => planning.drawTyped());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    planning.save();
  });
}
