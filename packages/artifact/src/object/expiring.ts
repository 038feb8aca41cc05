/** What a source gave, and until when it holds, in milliseconds since 1970; without an end it holds for good. */
export type Expiring<T> = { readonly value: T; readonly expires?: number };

export type Renewed<T> = {
  /** What holds now. */
  get(): Promise<T>;
  /** The server said that it holds no longer; the next `get` fetches another. False where there is no other to be had. */
  renew(): boolean;
};

/** Renewed this long before its end: what is signed now is looked at a little later, by another clock. */
const margin = 5 * 60_000;

/** Keeps what `fetch` gives until shortly before its end; those that ask at once wait for one fetch. */
export function renewed<T>(fetch: () => Promise<Expiring<T>>): Renewed<T> {
  let current: Promise<Expiring<T>> | undefined;
  let renewable = false;
  const fresh = async (): Promise<Expiring<T>> => {
    const fetching = fetch();
    current = fetching;
    try {
      const got = await fetching;
      renewable = got.expires !== undefined;
      return got;
    } catch (error) {
      if (current === fetching) current = undefined; // the next one tries again
      throw error;
    }
  };
  return {
    async get() {
      const held = current;
      const got = await (held ?? fresh());
      if (got.expires === undefined || got.expires - margin > Date.now() || held === undefined) return got.value;
      return (await (current === held ? fresh() : current!)).value;
    },
    renew() {
      current = undefined;
      return renewable;
    },
  };
}
