/** Data, parameters or bytes that no forest can be made of. The message names the thing, the value and the limit. */
export class ForestError extends Error {
  override readonly name = 'ForestError';
}
