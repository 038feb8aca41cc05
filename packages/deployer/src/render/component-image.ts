import { repositoryOf } from '@switchyard/deployment';
import type { RenderOptions } from './options.ts';

/**
 * The image of one of our components in the place of the one that a manifest names. A manifest's own registry or tag of our image stays.
 *
 * @example
 *     componentImage('tf-runtime', 'seldonio/deepmnistclassifier_runtime:0.1', { registry: 'ghcr.io/acme', tag: '0.3.0' })
 *     // 'ghcr.io/acme/switchyard/tf-runtime:0.3.0'
 */
export function componentImage(
  component: string,
  written: string,
  { registry, tag, componentImages }: Pick<RenderOptions, 'registry' | 'tag' | 'componentImages'>,
): string {
  const name = `switchyard/${component}`;
  const repository = repositoryOf(written);
  if (repository.endsWith(`/${name}`)) return written;
  const version = repository === name ? written.slice(name.length) : '';
  return componentImages[component] ?? `${registry === '' ? '' : `${registry.replace(/\/+$/, '')}/`}${name}${version || `:${tag}`}`;
}
