import type { Encoding, Message, Meta, Payload, Wire } from './call.ts';

export type Content = { readonly encoding: Encoding; readonly payload: Payload };

/**
 * A message whose parts are made when they are first asked for, each once. Its properties are its own, so that a copy by spread has them all;
 * but a copy with another `meta` still has the old `wire`: use `withMeta`.
 */
export function lazyMessage(meta: () => Meta, content: () => Content, wire?: () => Wire): Message {
  const once = { meta: memo(meta), content: memo(content) };
  const message: Message = {
    get meta() {
      return once.meta();
    },
    get encoding() {
      return once.content().encoding;
    },
    get payload() {
      return once.content().payload;
    },
  };
  if (wire) Object.defineProperty(message, 'wire', { enumerable: true, get: memo(wire) });
  return message;
}

function memo<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
