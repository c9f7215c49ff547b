/* Looks for codes as long as the camera is on. A code that stays in view is told once, also when
   there are others beside it: again only when it was out of view for some seconds. */

const PAUSE = 150;
const AWAY = 3000;
const RETRY = 2000;

const pause = (length) => new Promise((resume) => setTimeout(resume, length));

export class Scanner {
  constructor(camera, decode, found) {
    this.camera = camera;
    this.decode = decode;
    this.found = found;
    this.seen = new Map();
    this.running = false;
  }

  async run() {
    if (this.running) return;
    this.running = true;
    try {
      while (this.camera.isOn) {
        const text = await this.decode(this.camera.video);
        if (text) await this.see(text);
        await pause(PAUSE);
      }
    } finally {
      this.running = false;
    }
  }

  async see(text) {
    const now = performance.now();
    for (const [known, last] of this.seen) if (now - last > AWAY) this.seen.delete(known);
    const again = this.seen.has(text);
    this.seen.set(text, now);
    if (again) return;
    if (await this.found(text)) {
      this.seen.set(text, performance.now());
    } else {
      // Nobody answered: whoever still shows the ticket needn't take it away first.
      this.seen.delete(text);
      await pause(RETRY);
    }
  }
}
