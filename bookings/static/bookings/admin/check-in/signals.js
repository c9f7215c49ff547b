/* Yes and no for ears and hands. Browsers allow sound only after the page was touched. */

const NOTES = { yes: [880, 1320], no: [220, 220] };
const BUZZES = { yes: [80], no: [250, 100, 250] };
const LENGTH = 0.14; // seconds a note

let sound = null;

function wakeUp() {
  sound ??= window.AudioContext ? new AudioContext() : null;
  sound?.resume();
}

// A finger counts as a touch of the page when it is lifted.
document.addEventListener("pointerup", wakeUp, { capture: true });
document.addEventListener("keydown", wakeUp, { capture: true });

export function signal(name) {
  navigator.vibrate?.(BUZZES[name]);
  if (sound?.state !== "running") return;
  NOTES[name].forEach((pitch, place) => play(pitch, name, sound.currentTime + place * LENGTH * 1.3));
}

function play(pitch, name, when) {
  const note = sound.createOscillator();
  const loudness = sound.createGain();
  note.type = name === "yes" ? "sine" : "square";
  note.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.2, when);
  loudness.gain.exponentialRampToValueAtTime(0.001, when + LENGTH);
  note.connect(loudness).connect(sound.destination);
  note.start(when);
  note.stop(when + LENGTH);
}
