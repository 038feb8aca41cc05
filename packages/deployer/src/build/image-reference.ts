import { UserError } from '@switchyard/config';

/** An image's name in its parts: `ghcr.io/acme/model:1.2` is registry `ghcr.io`, repository `acme/model`, tag `1.2`. */
export type ImageReference = { readonly registry: string; readonly repository: string; readonly tag: string };

/** The registry of names that have none. */
export const dockerHub = 'docker.io';

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;

/**
 * Takes an image's name apart, by the rules of the distribution specification.
 *
 * @example
 *     parseImageReference('registry.local:5000/switchyard/rf-runtime:0.1.0')
 *     // { registry: 'registry.local:5000', repository: 'switchyard/rf-runtime', tag: '0.1.0' }
 * @throws UserError that names the part that is wrong. A digest is wrong too: what is built has none yet.
 */
export function parseImageReference(name: string): ImageReference {
  const fail = (why: string): never => {
    throw new UserError(`"${name}" is not the name of an image: ${why}`);
  };
  if (name.includes('@')) return fail('it has a digest, which only an image that is there already has');
  const [first = '', ...rest] = name.split('/');
  const hasRegistry = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = hasRegistry ? rest.join('/') : name;
  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? 'latest' : path.slice(colon + 1);
  if (hasRegistry && !/^[A-Za-z0-9.-]+(?::\d{1,5})?$/.test(first)) return fail(`"${first}" is no registry, which is host or host:port`);
  for (const part of repository.split('/'))
    if (!component.test(part)) return fail(`"${part}" must be lower-case letters and digits, with ".", "_" or "-" between them`);
  if (!tagPattern.test(tag)) return fail(`"${tag}" is no tag, which is up to 128 letters, digits, "_", "." and "-"`);
  if (repository.length > 255) return fail(`its path has ${repository.length} characters; the limit is 255`);
  return { registry: hasRegistry ? first : dockerHub, repository, tag };
}
