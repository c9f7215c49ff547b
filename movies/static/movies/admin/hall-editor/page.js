/* Puts the editor together with the page around it. */

import { ACTIONS } from "./actions.js";
import { lettersOf, Palette } from "./categories.js";
import { Drawing } from "./drawing.js";
import { Editor } from "./editor.js";
import { numberingForm, shapeForm } from "./forms.js";
import { followKeyboard } from "./keyboard.js";
import { warnBeforeLeaving } from "./leaving.js";
import { key, planOf, seatsOf } from "./plan.js";
import { followPointer } from "./pointer.js";
import { restored, saved } from "./saving.js";
import { listed, say } from "./words.js";

const page = document.getElementById("hall-editor");
const find = (selector) => page.querySelector(selector);
let loaded = JSON.parse(document.getElementById("plan").textContent);

const letters = lettersOf(loaded.categories);
const editor = new Editor({
  plan: planOf(loaded.seats),
  drawing: new Drawing(find("svg.hall"), letters),
  palette: new Palette(find(".palette"), loaded.categories, letters),
  told,
  measured,
  showed,
  actions: { ...ACTIONS, save },
});
Object.assign(editor.actions, {
  shape: shapeForm(find("#shape"), editor),
  number: numberingForm(find("#numbering"), editor, loaded.rowLength),
});

function told(text, isRefusal = false) {
  const box = find(".refusal");
  find(".told").textContent = isRefusal ? "" : text;
  box.hidden = !isRefusal;
  box.querySelector("p").textContent = isRefusal ? text : "";
  find(".restore").hidden = true;
  find(".compare").hidden = true;
  return true;
}

/* Leaves a refusal where it is: the map would jump away from under the pointer. */
function measured(text) {
  find(".told").textContent = text;
}

function showed({ plan, tool, history, twice, selection, isUnsaved }) {
  find(".total").textContent = plan.size;
  find(".wheelchairs").textContent = seatsOf(plan).filter((seat) => seat.wheelchair).length;
  find(".selected").textContent = [...selection].filter((at) => plan.has(at)).length;
  find(".twice").hidden = !twice.length;
  find(".twice span").textContent = listed(twice, 20);
  find(".too-many").hidden = plan.size <= loaded.most;
  find(".unsaved").hidden = !isUnsaved;
  find("[data-action=undo]").disabled = !history.past.length;
  find("[data-action=redo]").disabled = !history.future.length;
  find("svg.hall").classList.toggle("hand", tool === "hand");
  for (const button of page.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  }
  for (const button of page.querySelectorAll(".of-selection button")) {
    button.disabled = !selection.size;
  }
}

function save() {
  if (editor.twice.length) {
    editor.refuse(say("twice", { seats: listed(editor.twice) }), editor.twice);
    return true;
  }
  send();
  return true;
}

async function send() {
  told(say("saving"));
  wait(true);
  const answer = await saved(editor.plan, loaded.version);
  wait(false);
  if (!answer.ok) return refuse(answer);
  loaded = answer.plan;
  editor.load(planOf(loaded.seats));
  return told(answer.message);
}

function wait(isSaving) {
  editor.isSaving = isSaving;
  page.classList.toggle("saving", isSaving);
}

function refuse({ refusal, seats = [], fixed = [], cells = [], outdated = false }) {
  const stays = loaded.seats
    .filter((seat) => seats.includes(seat.id))
    .map((seat) => ({ ...seat, taken: true, fixed: fixed.includes(seat.id) }));
  editor.refuse(refusal, [...stays, ...cells.map(([x, y]) => ({ x, y }))]);
  find(".restore").hidden = !stays.length;
  find(".restore").onclick = () => {
    const done = editor.take(() => restored(editor.plan, stays), say("restored"));
    find(".restore").hidden = done;
  };
  find(".compare").hidden = !outdated;
}

page.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.tool) editor.choose(button.dataset.tool);
  if (button?.dataset.action) editor.act(button.dataset.action);
});

followPointer(editor);
followKeyboard(editor);
warnBeforeLeaving(() => editor.isUnsaved);
if (loaded.seats.length) editor.putCursor(key(loaded.seats[0].x, loaded.seats[0].y));
editor.drawing.zoomToFit();
page.classList.add("ready");
