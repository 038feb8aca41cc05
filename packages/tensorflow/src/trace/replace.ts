/** Puts something else in the place of a property until the function that is answered is called. An inherited one shows through again then. */
export function replace<T extends object, K extends keyof T>(target: T, key: K, instead: (own: T[K]) => T[K]): () => void {
  const inherited = !Object.hasOwn(target, key);
  const own = target[key];
  target[key] = instead(own);
  return () => {
    if (inherited) delete target[key];
    else target[key] = own;
  };
}
