import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@switchyard/config';
import * as z from 'zod';
import { dockerHub } from './image-reference.ts';

/** How to log in to one registry, in the form that an engine takes. */
export type Login = {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  /** In place of a password, for registries that hand out tokens. */
  readonly identitytoken?: string;
};

/** What is known of logins, and from where: `source` is named in errors. */
export type Logins = {
  readonly source: string;
  readonly byRegistry: ReadonlyMap<string, Login>;
  /** Registries whose passwords are with a helper program, by the helper's name; `*` is all others. */
  readonly helpers: ReadonlyMap<string, string>;
};

const hubAddress = 'https://index.docker.io/v1/';
const hubNames = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const config = z.object({
  auths: z.record(z.string(), entry).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

/** `https://index.docker.io/v1/` → `docker.io`, `https://ghcr.io/v2` → `ghcr.io`: the keys of a docker config have had many forms. */
export function registryOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return hubNames.has(host) ? dockerHub : host;
}

const addressOf = (registry: string): string => (registry === dockerHub ? hubAddress : registry);

/**
 * Reads a docker config.json (or a Kubernetes secret's `.dockerconfigjson`, which has the same form).
 * @throws UserError that names the file and the entry, never a password
 */
export function parseDockerConfig(text: string, source: string): Logins {
  const parsed = config.safeParse(parseJson(text, source));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError(`${source} is not a docker config: ${issue?.path.join('.')} ${issue?.message}`);
  }
  const { auths, credsStore, credHelpers } = parsed.data;
  const byRegistry = new Map<string, Login>();
  for (const [key, { auth, username, password, identitytoken }] of Object.entries(auths)) {
    const serveraddress = addressOf(registryOf(key));
    const pair = auth ? decodePair(auth, key, source) : { username, password };
    if (identitytoken) byRegistry.set(registryOf(key), { serveraddress, identitytoken, ...(pair.username && { username: pair.username }) });
    else if (pair.username && pair.password !== undefined)
      byRegistry.set(registryOf(key), { serveraddress, username: pair.username, password: pair.password });
  }
  const helpers = new Map(Object.entries(credHelpers).map(([key, helper]) => [registryOf(key), helper]));
  if (credsStore) helpers.set('*', credsStore);
  return { source, byRegistry, helpers };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${source} is not JSON`); // without the parser's words, which may quote a password
  }
}

function decodePair(auth: string, key: string, source: string): { username: string; password: string } {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || !/^[A-Za-z0-9+/=_-]+$/.test(auth.trim()))
    throw new UserError(`${source}: auths["${key}"].auth is not the base64 of user:password`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

export type LoginSources = {
  /** Of the images that are built: a user and a password are theirs. */
  readonly registries: readonly string[];
  /** A mounted secret with the files `username` and `password`. */
  readonly secretDirectory?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/**
 * Finds the logins: the secret's files where a directory is given, else `DOCKER_USERNAME` and `DOCKER_PASSWORD`, else the
 * docker config of `DOCKER_CONFIG` or `~/.docker`.
 * @throws UserError where a source is given and cannot be used
 */
export function readLogins({ registries, secretDirectory, env = process.env }: LoginSources): Logins {
  if (secretDirectory !== undefined) {
    const [user, word] = ['username', 'password'].map((name) => readSecret(join(secretDirectory, name)));
    return pairFor(registries, user!, word!, secretDirectory);
  }
  const { DOCKER_USERNAME: username, DOCKER_PASSWORD: password } = env;
  if (username && password) return pairFor(registries, username, password, 'DOCKER_USERNAME and DOCKER_PASSWORD');
  if (username || password)
    throw new UserError(
      `${username ? 'DOCKER_USERNAME' : 'DOCKER_PASSWORD'} is set without ${username ? 'DOCKER_PASSWORD' : 'DOCKER_USERNAME'}`,
    );
  const file = join(env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  const text = readIfThere(file);
  if (text === undefined) return { source: `no ${file}`, byRegistry: new Map(), helpers: new Map() };
  return parseDockerConfig(text, file);
}

function pairFor(registries: readonly string[], username: string, password: string, source: string): Logins {
  const logins = registries.map((each): [string, Login] => [each, { serveraddress: addressOf(each), username, password }]);
  return { source, byRegistry: new Map(logins), helpers: new Map() };
}

function readSecret(file: string): string {
  const text = readIfThere(file)?.replace(/\r?\n$/, ''); // which editors and echo add
  if (text === undefined) throw new UserError(`there is no ${file}; the secret needs the keys username and password`);
  if (text === '') throw new UserError(`${file} is empty`);
  return text;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError(`${file} cannot be read: ${code}`);
  }
}

/**
 * The login for one registry; undefined where none is known, which some registries are content with.
 * @throws UserError where its password is with a helper program, which a container does not have
 */
export function loginFor(registry: string, { byRegistry, helpers, source }: Logins): Login | undefined {
  const login = byRegistry.get(registry);
  if (login !== undefined && !helpers.has(registry)) return login;
  const helper = helpers.get(registry) ?? helpers.get('*');
  if (helper === undefined) return login;
  throw new UserError(
    `${source} leaves the password of ${registry} to the program docker-credential-${helper}, which is not asked here; ` +
      'give it by DOCKER_USERNAME and DOCKER_PASSWORD, by --secret-directory, or in "auths" of another docker config (DOCKER_CONFIG)',
  );
}
