/* Every step can be undone, and done again. */

export class History {
  constructor(plan) {
    this.past = [];
    this.future = [];
    this.present = plan;
  }

  go(plan) {
    this.past.push(this.present);
    this.future = [];
    this.present = plan;
  }

  undo() {
    return this.step(this.past, this.future);
  }

  redo() {
    return this.step(this.future, this.past);
  }

  step(from, to) {
    if (!from.length) return false;
    to.push(this.present);
    this.present = from.pop();
    return true;
  }
}
