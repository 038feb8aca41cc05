import type { Encoding, Message, Meta, Payload, Wire } from './call.ts';

export type Content = { readonly encoding: Encoding; readonly payload: Payload };

/**
 * A message whose parts are made when they are first asked for, each once. They are no properties of its own, which would cost microseconds to
 * define: a copy by spread has none of them. For one with another `meta` there is `withMeta`.
 */
export function lazyMessage(meta: () => Meta, content: () => Content, wire?: () => Wire): Message {
  return new LazyMessage(meta, content, wire);
}

class LazyMessage implements Message {
  readonly #make: { readonly meta: () => Meta; readonly content: () => Content; readonly wire: (() => Wire) | undefined };
  #meta: Meta | undefined;
  #content: Content | undefined;
  #wire: Wire | undefined;

  constructor(meta: () => Meta, content: () => Content, wire: (() => Wire) | undefined) {
    this.#make = { meta, content, wire };
  }

  get meta(): Meta {
    return (this.#meta ??= this.#make.meta());
  }

  get encoding(): Encoding {
    return (this.#content ??= this.#make.content()).encoding;
  }

  get payload(): Payload {
    return (this.#content ??= this.#make.content()).payload;
  }

  get wire(): Wire | undefined {
    return (this.#wire ??= this.#make.wire?.());
  }
}
