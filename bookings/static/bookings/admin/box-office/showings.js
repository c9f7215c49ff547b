/* The list of showings: typing filters it, arrows and Enter choose. */

const list = document.getElementById("showings");
const lines = () => [...list.querySelectorAll(".showing")];
const links = () => [...list.querySelectorAll(".showing:not([hidden]) a")];
const finder = () => list.querySelector("[name=q]");

export function startShowings(open) {
  list.addEventListener("input", ({ target }) => target === finder() && filter());
  list.addEventListener("keydown", (event) => pressed(event, open));
  list.addEventListener("click", (event) => {
    const link = event.target.closest(".showing a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.href);
  });
  filter();
  showFirst();
}

/* The same list as it is now; whoever is typing or walking in it is not disturbed. */
export function renewShowings(html, seance) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("ol");
  const old = list.querySelector("ol");
  const here = old.contains(document.activeElement) && document.activeElement.closest("li").id;
  const { scrollTop } = old;
  old.replaceWith(fresh);
  filter();
  mark(seance);
  fresh.scrollTop = scrollTop;
  if (here) fresh.querySelector(`#${here} a`)?.focus({ preventScroll: true });
}

/* Which showing is open. */
export function mark(seance) {
  for (const line of lines()) {
    if (line.id === `showing-${seance}`) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
  }
}

export function focusFilter() {
  finder().focus();
  finder().select();
}

/* For the next customer: all of the day, beginning at the showing that was just sold for. */
export function focusShowing(seance) {
  finder().value = "";
  filter();
  const link = list.querySelector(`#showing-${seance} a`);
  (link ?? finder()).focus();
}

function filter() {
  const typed = finder().value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const line of lines()) {
    line.hidden = !typed.every((word) => line.dataset.find.includes(word));
  }
  const found = links();
  for (const line of lines()) line.classList.toggle("first", line === found[0]?.closest("li"));
  const elsewhere = list.querySelector(".elsewhere"); // a search has looked there already
  if (elsewhere) elsewhere.hidden = !typed.length || lines().some((line) => !line.hidden);
}

/* What has begun is above, out of the way. */
function showFirst() {
  const line = list.querySelector(".showing[aria-current]") ?? links()[0]?.closest("li");
  const lines = list.querySelector("ol");
  if (line) lines.scrollTop = line.offsetTop - lines.offsetTop - line.offsetHeight;
}

function pressed(event, open) {
  const here = event.target.closest(".showing a");
  if (event.target === finder()) {
    if (event.key === "ArrowDown") move(event, links()[0]);
    else if (event.key === "Enter" && links()[0]) {
      event.preventDefault();
      open(links()[0].href);
    }
  } else if (here) {
    const found = links();
    const at = found.indexOf(here);
    if (event.key === "ArrowDown") move(event, found[at + 1]);
    else if (event.key === "ArrowUp") move(event, found[at - 1] ?? finder());
    else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      focusFilter(); // and the letter is typed there
    }
  }
}

function move(event, target) {
  event.preventDefault();
  target?.focus();
}
