/** What may be spent at once, and in a second for long. */
type Rate = { readonly burst: number; readonly perSecond: number };

/** Of what is in order now and then, and an attack without end: so much at once, and so much a second. */
export class Budget {
  readonly #rate: Rate;
  #left: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** @param now in milliseconds; @returns whether there was any left */
  spend(now: number): boolean {
    const { burst, perSecond } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
