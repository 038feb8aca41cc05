import { InferenceError } from '@switchyard/protocol';
import type { Logger } from '../log.ts';
import type { Area } from './area.ts';
import { matches, parseCredentials, type Credentials } from './credentials.ts';
import { reread } from './reread.ts';

/** Lets in who may. @throws InferenceError UNAUTHENTICATED without credentials, or with unknown ones; PERMISSION_DENIED with those of another area */
export type Gate = {
  (area: Area | undefined, authorization: string | undefined): void;
  /** The area whose credentials an area asks for: its own, or that of predictions. Undefined: it is open. */
  readonly asks: Readonly<Partial<Record<Area, Area>>>;
};

/** The file of each area's credentials. */
export type CredentialFiles = Readonly<Partial<Record<Area, string>>>;

export const openGate: Gate = Object.assign(() => {}, { asks: {} });

/**
 * A gate by files of credentials, which are read again as they change. Where predictions have some, feedback and administration that have none
 * of their own take those as well: a reward that nobody vouches for would steer a bandit.
 *
 * @throws UserError where a file cannot be read or has no credentials
 */
export function createGate(files: CredentialFiles, log: Logger): Gate {
  const { predict, feedback = predict, admin = predict } = files;
  const paths = { predict, feedback, admin };
  const held = new Map<string, () => Credentials>();
  for (const path of Object.values(paths)) if (path !== undefined && !held.has(path)) held.set(path, open(path, log));
  if (held.size === 0) return openGate;

  const pass = (area: Area | undefined, authorization: string | undefined): void => {
    const path = area && paths[area];
    if (path === undefined) return;
    if (authorization === undefined) throw new InferenceError('UNAUTHENTICATED', `${area}: the request has no Authorization`);
    if (matches((held.get(path) as () => Credentials)(), authorization)) return;
    if ([...held.values()].some((current) => matches(current(), authorization)))
      throw new InferenceError('PERMISSION_DENIED', `${area}: these credentials are not for it`);
    throw new InferenceError('UNAUTHENTICATED', `${area}: nobody has these credentials`);
  };
  const areas = Object.keys(paths) as Area[];
  const asks = Object.fromEntries(
    areas.filter((area) => paths[area] !== undefined).map((area) => [area, files[area] === undefined ? 'predict' : area]),
  );
  return Object.assign(pass, { asks });
}

function open(path: string, log: Logger): () => Credentials {
  const parse = ([text]: readonly Buffer[]): Credentials => parseCredentials(String(text), path);
  return reread([path], { parse, name: () => `the credentials in ${path}`, log }).current;
}
