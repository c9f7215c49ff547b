/* The page at the door. It works without this file too, by typed codes. */
import { ask, Failure } from "./asking.js";
import { keepDoor } from "./door.js";
import { signal } from "./signals.js";
import { startCamera } from "./viewfinder.js";

const FRESH = 8000; // how long a result fills the screen
const REFRESH = 30_000;

const root = document.getElementById("check-in");
const result = document.getElementById("result");
const typed = document.getElementById("typed");
const code = typed.elements.code;
const hasKeyboard = matchMedia("(pointer: fine)");
let fading;

keepDoor();

function show(kind, ...card) {
  result.replaceChildren(...card);
  root.dataset.kind = kind;
  root.classList.add("fresh");
  result.scrollIntoView({ block: "nearest" });
  clearTimeout(fading);
  fading = setTimeout(() => root.classList.remove("fresh"), FRESH);
}

function copyOf(template) {
  return document.getElementById(template).content.cloneNode(true);
}

/* Whether there was an answer. */
async function put(url, fields) {
  let answer;
  try {
    answer = await ask(url, fields);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    show("failed", copyOf(failure.message));
    signal("no");
    return false;
  }
  document.getElementById("code-error").textContent = answer.refused ?? "";
  if (answer.refused) return true;
  const card = document.createElement("template");
  card.innerHTML = answer.card;
  show(answer.kind, card.content);
  if (answer.kind !== "undone") signal(answer.kind === "valid" ? "yes" : "no");
  document.getElementById("showings").innerHTML = answer.showings;
  return true;
}

/* One question at a time: what is typed while another is under way waits for its turn. */
let asking = Promise.resolve();

function next(url, fields) {
  asking = asking.catch(() => {}).then(() => put(url, fields));
  return asking;
}

function check(text) {
  const fields = new FormData(typed);
  fields.set("code", text);
  return next(typed.action, fields);
}

typed.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = code.value;
  code.value = "";
  // Nothing is known about it: it stays, to be sent again.
  if (!(await check(text)) && !code.value) code.value = text;
});

result.addEventListener("submit", async (event) => {
  event.preventDefault();
  await next(event.target.action, new FormData(event.target));
  focusField();
});

/* A hand scanner types wherever the focus is. */
function focusField() {
  if (hasKeyboard.matches) code.focus();
}

document.addEventListener("keydown", (event) => {
  const plain = event.key.length === 1 && event.key !== " ";
  if (!plain || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!event.target.closest("input:not([type=checkbox]), select, textarea")) code.focus();
});

/* Other doors let people in, too. */
setInterval(async () => {
  if (document.hidden) return;
  const answer = await ask(typed.action).catch(() => ({}));
  if (answer.showings) document.getElementById("showings").innerHTML = answer.showings;
}, REFRESH);

if (!result.children.length) result.replaceChildren(copyOf("waiting"));
focusField();
startCamera(check);
