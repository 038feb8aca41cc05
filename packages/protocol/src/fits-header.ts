const safe = /^[\x21-\x7e]{1,256}$/;

/** Whether a prediction's id can be the value of a header: a client's own may hold anything, and then goes in the message alone. */
export function fitsHeader(id: string): boolean {
  return safe.test(id);
}
