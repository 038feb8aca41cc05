/** Refusals more than answers that make a press; none more that end it. */
const many = 32;
/** As far as they are counted: two calls that 64 requests share are answered at once, and are no end of it. */
const most = 128;

/**
 * Whether most of what comes is refused, and has been for a while: by a count that goes up with each refusal and down with each answer, as a
 * cumulative sum (CUSUM, E. S. Page 1954) finds a change. It needs no clock, so it is as quick as the load.
 */
export class Press {
  #count = 0;
  #on = false;

  get on(): boolean {
    return this.#on;
  }

  refused(): void {
    if (this.#count < most) this.#count++;
    if (this.#count >= many) this.#on = true;
  }

  answered(): void {
    if (this.#count > 0) this.#count--;
    if (this.#count === 0) this.#on = false;
  }
}
