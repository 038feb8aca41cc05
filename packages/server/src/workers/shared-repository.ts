import type { Repository } from '../repository.ts';
import type { Siblings } from './siblings.ts';

type Load = { readonly name: string; readonly version?: string | undefined };

/** A repository whose loads and unloads are those of all workers: each serves what it had until it has the other. */
export function sharedRepository(own: Repository, siblings: Siblings): Repository {
  siblings.on('load', ({ name, version }: Load) => own.load(name, version));
  siblings.on('unload', (name: string) => own.unload(name));
  return {
    index: () => own.index(),
    async load(name, version) {
      await siblings.everywhere('load', { name, version } satisfies Load);
    },
    async unload(name) {
      await siblings.everywhere('unload', name);
    },
  };
}
