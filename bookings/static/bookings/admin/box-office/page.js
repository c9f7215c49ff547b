/* The box office: showings on one side, the sale on the other. Without scripts it is links and a form. */

import { startHall } from "./hall.js";
import { pay, startMoney } from "./money.js";
import { startQuick } from "./quick.js";
import { startSale } from "./sale.js";
import { part } from "./server.js";
import { focusFilter, focusShowing, mark, renewShowings, startShowings } from "./showings.js";
import { watch } from "./watching.js";
import { say, tell } from "./words.js";

const LIST_AGES_AFTER = 30_000; // ms
const sale = document.getElementById("sale");
const saleForm = () => sale.querySelector("form.sale");
const openSeance = () => new URL(location.href).searchParams.get("seance");

let opening = null; // while a hall is on its way, a cashier types its seats already

async function open(href) {
  if (opening || saleForm()?.dataset.state === "sending") return;
  const ours = { typed: "" };
  opening = ours;
  try {
    const html = await part(href, "sale");
    if (opening !== ours) return; // given up meanwhile
    showPanel(html, href);
    const quick = sale.querySelector("#quick");
    if (quick) quick.value = ours.typed;
  } catch {
    if (opening !== ours) return;
    tell(say("notOpened"));
    location.assign(href); // and the browser says what is wrong
  }
  opening = null;
}

function typeAhead(event) {
  if (event.key === "Escape") opening = null;
  const ofBrowser = event.ctrlKey || event.metaKey || /^F\d/.test(event.key);
  if (!opening || ofBrowser) return;
  if (event.key.length === 1) opening.typed += event.key;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

function showPanel(html, href = location.href) {
  history.replaceState(null, "", href);
  sale.innerHTML = html;
  mark(openSeance());
  start();
  const focused = [".money [aria-invalid=true]", ".sale-done .print", "#quick", "h2"];
  sale.querySelector(focused.find((wanted) => sale.querySelector(wanted)))?.focus();
  if (sale.querySelector(".sale-done")) renew();
}

function start() {
  const form = saleForm();
  if (!form) return;
  startHall(form, toMoney);
  startMoney(form);
  startQuick(form, toMoney);
  startSale(form, (html) => showPanel(html));
  watch(form, location.href, (html) => showPanel(html));
}

function toMoney() {
  const form = saleForm();
  const cash = form.querySelector("[name=paid_by][value=cash]").checked;
  form.querySelector(cash ? "[name=given]" : "[type=submit]").focus();
}

function nextCustomer() {
  const { seance } = sale.querySelector(".sale-done").dataset;
  const address = new URL(location.href);
  for (const name of ["seance", "sold", "given", "again", "best"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
  sale.replaceChildren(document.getElementById("no-sale").content.cloneNode(true));
  mark(null);
  focusShowing(seance);
}

async function renew() {
  try {
    const address = new URL(location.href);
    address.searchParams.delete("seance");
    renewShowings(await part(address, "showings"), openSeance());
  } catch {
    // the next time, then
  }
}

function pressed(event) {
  const form = saleForm();
  if (event.key === "Escape") {
    event.preventDefault();
    if (sale.querySelector(".sale-done")) nextCustomer();
    else focusFilter();
  } else if ((event.key === "F2" || event.key === "F8") && form && !opening && !form.dataset.state) {
    event.preventDefault();
    pay(form, event.key === "F2" ? "cash" : "card");
    toMoney();
  }
}

document.addEventListener("keydown", typeAhead, { capture: true });
document.addEventListener("keydown", pressed);
sale.addEventListener("click", (event) => {
  if (event.target.closest(".print")) sale.querySelector(".next").focus();
  if (event.target.closest(".next")) {
    event.preventDefault();
    nextCustomer();
  }
});
startShowings(open);
start();
sale.querySelector(".sale-done .print, #quick")?.focus();
setInterval(() => document.hidden || renew(), LIST_AGES_AFTER);
