/* The camera's part of the page: its buttons, what it says when it can't, and when it is on. */
import { Camera, Problem } from "./camera.js";
import { decoder } from "./decoder.js";
import { Scanner } from "./scanner.js";

const WANTED = "check-in-camera"; // a phone whose camera was on starts with it

const box = document.getElementById("camera");
const [on, off, torch] = ["camera-on", "camera-off", "torch"].map((id) =>
  document.getElementById(id),
);
const camera = new Camera(box.querySelector("video"));
let check;
let scanner;
let isStarting = false;
let wakefulness; // a phone that falls asleep between two tickets has to be unlocked

/* `ask(text)` is called with every code, and says whether there was an answer. */
export function startCamera(ask) {
  check = ask;
  box.hidden = false;
  refresh();
  wake();
}

async function turnOn() {
  if (isStarting || camera.isOn) return;
  isStarting = true;
  tell("");
  try {
    await camera.turnOn();
    localStorage.setItem(WANTED, "on");
    scanner ??= new Scanner(camera, await decoder(box.dataset.decoder), check);
    scanner.run().catch(fail);
    stayAwake();
  } catch (error) {
    fail(error);
  }
  isStarting = false;
  refresh();
}

function fail(error) {
  camera.turnOff();
  tell(error instanceof Problem ? error.message : "undecodable");
  refresh();
}

function tell(problem) {
  for (const sentence of box.querySelectorAll("[data-problem]"))
    sentence.hidden = sentence.dataset.problem !== problem;
}

function refresh() {
  box.classList.toggle("on", camera.isOn);
  on.hidden = camera.isOn;
  off.hidden = !camera.isOn;
  torch.hidden = !camera.hasLight;
  torch.ariaPressed = "false";
}

async function stayAwake() {
  const isAllowed = document.featurePolicy?.allowsFeature("screen-wake-lock") ?? true;
  if (isAllowed) wakefulness = await navigator.wakeLock?.request("screen").catch(() => null);
}

/* In a pocket it doesn't look; then the browser lets the phone sleep, too. */
function wake() {
  if (document.hidden) camera.turnOff();
  else if (localStorage.getItem(WANTED)) turnOn();
}

on.addEventListener("click", turnOn);

off.addEventListener("click", () => {
  localStorage.removeItem(WANTED);
  camera.turnOff();
  wakefulness?.release();
  refresh();
  on.focus();
});

torch.addEventListener("click", async () => {
  const lit = torch.ariaPressed !== "true";
  await camera.light(lit);
  torch.ariaPressed = String(lit);
});

document.addEventListener("visibilitychange", wake);
