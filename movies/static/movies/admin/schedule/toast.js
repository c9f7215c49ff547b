/* One sentence at the foot of the page, also for screen readers. */

const toast = document.getElementById("toast");
const text = toast.querySelector("[role=status]");
const actions = toast.querySelector(".actions");

/** `kind`: "good", "bad" or nothing. `offered`: buttons and links. */
export function tell(sentence, kind = "", ...offered) {
  toast.className = kind;
  text.textContent = sentence;
  actions.replaceChildren(...offered);
}

export function button(title, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = title;
  made.addEventListener("click", act);
  return made;
}

export function link(title, address) {
  const made = document.createElement("a");
  made.textContent = title;
  made.href = address;
  return made;
}

toast.querySelector(".close").addEventListener("click", () => tell(""));
