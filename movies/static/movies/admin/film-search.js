/* Films are found while their names are typed: word by word, and е finds ё. */

const plain = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");

/** Whether a text has every word that is looked for. */
export function matches(text, wanted) {
  const known = plain(text);
  return plain(wanted).trim().split(/\s+/).every((word) => known.includes(word));
}

/** Typing narrows a list of films and chooses the first; Enter goes on to `next`. */
export function findFilms(search, films, next) {
  const parts = [...films.children].map((part) => [part, [...part.children]]);
  const none = document.getElementById("no-films");
  search.hidden = false;
  search.addEventListener("input", () => {
    for (const [part, options] of parts) {
      part.replaceChildren(...options.filter((option) => matches(option.text, search.value)));
    }
    films.replaceChildren(...parts.map(([part]) => part).filter((part) => part.children.length));
    if (search.value.trim() && films.options.length) films.selectedIndex = 0;
    none.textContent = films.options.length ? "" : none.dataset.none;
    films.dispatchEvent(new Event("change", { bubbles: true }));
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") films.focus();
    if (event.key === "Enter") next.focus();
    if (["ArrowDown", "Enter"].includes(event.key)) event.preventDefault();
  });
}
