/* What the seats can be: a letter for each, since colour alone tells nothing to some. */

export function lettersOf(categories) {
  const letters = new Map();
  const free = (letter) => ![...letters.values()].includes(letter);
  for (const { id, name } of categories) {
    const candidates = [...name.toUpperCase().replace(/[^\p{L}\d]/gu, ""), ..."123456789"];
    letters.set(id, candidates.find(free) ?? "•");
  }
  return letters;
}

/* The list to choose from; `counts` are shown beside. */
export class Palette {
  constructor(list, categories, letters) {
    this.counts = new Map();
    this.names = new Map(categories.map(({ id, name }) => [id, name]));
    this.inputs = categories.map(({ id, name }, index) => {
      const item = list.querySelector("template").content.cloneNode(true);
      const input = item.querySelector("input");
      input.value = id;
      input.checked = index === 0;
      item.querySelector(".category").classList.add(`category-${id}`);
      item.querySelector(".category").textContent = letters.get(id);
      item.querySelector(".name").textContent = name;
      this.counts.set(id, item.querySelector(".count"));
      list.append(item);
      return input;
    });
  }

  get current() {
    const checked = this.inputs.find((input) => input.checked);
    return checked ? Number(checked.value) : null;
  }

  nameOf(id) {
    return this.names.get(id) ?? "";
  }

  choose(index) {
    if (this.inputs[index]) this.inputs[index].checked = true;
  }

  count(plan) {
    const totals = new Map();
    for (const { category_id } of plan.values()) {
      totals.set(category_id, (totals.get(category_id) ?? 0) + 1);
    }
    for (const [id, element] of this.counts) element.textContent = totals.get(id) ?? 0;
  }
}
