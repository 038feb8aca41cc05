import type { Draft, Manifest } from './manifest.ts';

/** What a trainer stated, and what the store knows of it: a manifest for any version. */
export function completeDraft(
  { scaling, classNames, ...draft }: Draft,
  known: Pick<Manifest, 'name' | 'created' | 'files'>,
): (version: string) => Manifest {
  return (version) => ({
    ...draft,
    ...known,
    schema: 'switchyard.artifact/v1',
    version,
    ...(scaling && { scaling }),
    ...(classNames && { classNames }),
  });
}
