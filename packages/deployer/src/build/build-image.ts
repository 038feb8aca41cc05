import { UserError } from '@switchyard/config';
import type Docker from 'dockerode';
import { type BuildContext, packContext } from './build-context.ts';
import { BuildError } from './build-error.ts';
import { explainCall } from './engine.ts';
import { parseImageReference } from './image-reference.ts';
import { readJsonLines } from './json-lines.ts';
import { type BuildProgress, readBuild } from './read-build.ts';
import { type PushProgress, readPush } from './read-push.ts';
import { loginFor, type Logins } from './registry-login.ts';

export type BuildOptions = {
  /** A folder, or the URL of a git repository, which the engine clones: `https://host/repository.git#revision:folder`. */
  readonly context: BuildContext | { readonly url: string; readonly dockerfile?: string };
  /** Names of the image; the first is built, the others are given to it. */
  readonly tags: readonly [string, ...string[]];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The stage to stop at. */
  readonly target?: string;
  /** Looks for newer base images. */
  readonly pull: boolean;
  readonly cache: boolean;
  /** Network of the RUN steps: `host`, `none`, a name. */
  readonly network?: string;
  readonly logins: Logins;
};

/**
 * Builds an image.
 * @returns its id, `sha256:…`
 * @throws BuildError, UserError
 */
export async function buildImage(docker: Docker, options: BuildOptions, report: (progress: BuildProgress) => void): Promise<string> {
  const { context, tags, buildArgs, labels, target, pull, cache, network, logins } = options;
  const [first, ...others] = tags;
  const folder = 'directory' in context;
  const query: Docker.ImageBuildOptions = {
    version: '1',
    t: first,
    rm: true,
    forcerm: true,
    ...(context.dockerfile !== undefined && { dockerfile: context.dockerfile }),
    ...(!folder && { remote: context.url }),
    ...(Object.keys(buildArgs).length > 0 && { buildargs: buildArgs }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(target !== undefined && { target }),
    ...(pull && { pull }),
    ...(!cache && { nocache: true }),
    ...(network !== undefined && { networkmode: network }),
    registryconfig: Object.fromEntries(
      [...logins.byRegistry.values()].map((login) => [login.serveraddress, login]),
    ) as Docker.RegistryConfig,
  };
  const body = folder ? (packContext(context) as unknown as NodeJS.ReadableStream) : '';
  let id: string;
  try {
    const answer = await docker.buildImage(body, query);
    id = await readBuild(readJsonLines(answer as AsyncIterable<Uint8Array>), report);
    for (const tag of others) await docker.getImage(id).tag(repoAndTag(tag));
  } catch (error) {
    if (error instanceof BuildError) throw error;
    const explained = explainCall(error);
    throw explained instanceof UserError ? new BuildError(explained.message, undefined, []) : explained;
  }
  return id;
}

/** The names of an image as the engine takes them apart. */
function repoAndTag(name: string): { repo: string; tag: string } {
  const { tag } = parseImageReference(name);
  return { repo: name.endsWith(`:${tag}`) ? name.slice(0, -tag.length - 1) : name, tag };
}

/**
 * Asks the registries whether they take the logins, before time is spent on a build.
 * @throws UserError that names the registry, the user, and where the login is from
 */
export async function checkLogins(docker: Docker, registries: readonly string[], logins: Logins): Promise<void> {
  for (const registry of registries) {
    const login = loginFor(registry, logins);
    if (login?.password === undefined) continue; // a token is looked at when it is used
    try {
      await docker.checkAuth(login);
    } catch (error) {
      const explained = explainCall(error);
      if (!(explained instanceof UserError)) throw explained;
      throw new UserError(`no login to ${registry} as "${login.username}" (by ${logins.source}): ${explained.message}`, { cause: error });
    }
  }
}

/**
 * Pushes an image that the engine has.
 * @returns its digest in the registry
 * @throws UserError with the registry's words
 */
export async function pushImage(docker: Docker, name: string, logins: Logins, report: (progress: PushProgress) => void): Promise<string> {
  const { registry } = parseImageReference(name);
  const { repo, tag } = repoAndTag(name);
  const login = loginFor(registry, logins);
  try {
    // an engine wants the header even where there is nothing to say
    const answer = await docker.getImage(repo).push({ tag, authconfig: (login ?? {}) as Docker.AuthConfig });
    return await readPush(name, readJsonLines(answer as AsyncIterable<Uint8Array>), report);
  } catch (error) {
    throw explainCall(error);
  }
}
