// What is told: to those who listen, and as notices to those who look.

const notices = document.querySelector("#notices");
const blank = document.querySelector("#notice");
const shown = new Map();

export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

export function say(text, how = "calmly") {
  document.querySelector(`[data-say="${how}"]`).textContent = text;
}

/** One notice of each kind; a new one takes the place of the last. `action`: `{ text, run | href }`. */
export function notice(kind, text, { look = "", close, closed, action } = {}) {
  const box = blank.content.firstElementChild.cloneNode(true);
  if (look) box.classList.add(look);
  box.querySelector("p").textContent = text;
  if (action) box.lastElementChild.before(doing(action, () => withdraw(kind)));
  const button = box.querySelector(".close");
  button.setAttribute("aria-label", close);
  button.addEventListener("click", () => {
    withdraw(kind);
    closed?.();
  });
  withdraw(kind);
  shown.set(kind, box);
  notices.append(box);
}

export function withdraw(kind) {
  shown.get(kind)?.remove();
  shown.delete(kind);
}

function doing({ text, run, href }, after) {
  const element = document.createElement(href ? "a" : "button");
  element.className = "button quiet";
  element.textContent = text;
  if (href) element.href = href;
  else {
    element.type = "button";
    element.addEventListener("click", () => {
      after();
      run();
    });
  }
  return element;
}
