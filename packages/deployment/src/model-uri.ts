/** Where a model is: in which store, by which name, and which version where one is pinned. */
export type ModelPlace = { readonly store: string; readonly model: string; readonly version?: string };

/**
 * Reads a unit's `modelUri`. As in Seldon it names the model itself, `<store>/<model>` or `<store>/<model>/<version>`; where the unit says
 * elsewhere what its model is called, and the address does not end so, it is that of the store.
 *
 *     readModelUri('s3://bucket/models/mnist-forest/3')   // { store: 's3://bucket/models', model: 'mnist-forest', version: '3' }
 *     readModelUri('s3://bucket/models', 'mnist-forest')  // { store: 's3://bucket/models', model: 'mnist-forest' }
 */
export function readModelUri(uri: string, named?: string): ModelPlace | undefined {
  const [, root = '', path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*|)(.*?)\/*$/i.exec(uri) ?? [];
  const parts = path.split('/');
  const version = parts.length > 2 && /^[1-9][0-9]*$/.test(parts.at(-1)!) ? parts.pop() : undefined;
  const last = parts.length > 1 ? parts.pop() : undefined;
  if (last && (named === undefined || named === last)) return { store: root + parts.join('/'), model: last, ...(version && { version }) };
  return named === undefined ? undefined : { store: uri.replace(/(?<=[^/:])\/+$/, ''), model: named };
}
