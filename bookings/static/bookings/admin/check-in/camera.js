/* The camera that looks away from the person: on, off, its light. */

const PROBLEMS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

/* `message` is the name of a sentence in the page. */
export class Problem extends Error {}

export class Camera {
  constructor(video) {
    this.video = video;
    this.track = null;
  }

  get isOn() {
    return this.track?.readyState === "live";
  }

  async turnOn() {
    if (!window.isSecureContext) throw new Problem("insecure");
    if (!navigator.mediaDevices?.getUserMedia) throw new Problem("none");
    try {
      this.video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } },
      });
      [this.track] = this.video.srcObject.getVideoTracks();
      await this.video.play();
    } catch (error) {
      this.turnOff();
      throw new Problem(PROBLEMS[error.name] ?? "busy");
    }
  }

  turnOff() {
    for (const track of this.video.srcObject?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
    this.track = null;
  }

  get hasLight() {
    return Boolean(this.track?.getCapabilities?.().torch);
  }

  async light(on) {
    await this.track.applyConstraints({ advanced: [{ torch: on }] });
  }
}
