import type { Volume } from '@switchyard/deployment';
import { type EnvVar, variables } from './env.ts';
import type { RenderOptions } from './options.ts';
import type { PlannedUnit, PredictorPlan } from './plan.ts';
import { hasTls, routerProbePort } from './router-ports.ts';

type Fields = Readonly<Record<string, unknown>>;
/** A key of a Secret, and the file that it becomes. */
type File = { readonly secret: string; readonly key: string; readonly path: string };
/** What lets a container know its clients, and them know it. */
export type Access = { readonly env: readonly EnvVar[]; readonly mounts: readonly Fields[]; readonly volumes: readonly Volume[] };

const folder = '/etc/switchyard/security';

/** Of a router: whom it lets in, the certificate that it shows, and what it shows units. */
export function routerAccess({ options, units }: Pick<PredictorPlan, 'options' | 'units'>): Access {
  const { credentials, tls, unitTls } = options.security;
  const secured = units.filter(isSecured).map(({ unit }) => unit.name);
  const { file, access } = files('switchyard-router-security');
  const env = variables({
    SWITCHYARD_AUTH_FILE: file(credentials.secret, credentials.predict, 'predict'),
    SWITCHYARD_AUTH_FEEDBACK_FILE: file(credentials.secret, credentials.feedback, 'feedback'),
    SWITCHYARD_AUTH_ADMIN_FILE: file(credentials.secret, credentials.admin, 'admin'),
    SWITCHYARD_TLS_CERT: file(tls.secret, 'tls.crt', 'tls.crt'),
    SWITCHYARD_TLS_KEY: file(tls.secret, 'tls.key', 'tls.key'),
    SWITCHYARD_TLS_CLIENT_CA: file(tls.clientCaSecret, 'ca.crt', 'client-ca.crt'),
    SWITCHYARD_PROBE_PORT: hasTls(options) ? String(routerProbePort(options)) : undefined,
  });
  if (secured.length === 0) return access(env);
  const toUnits = variables({
    SWITCHYARD_UNIT_TOKEN_FILE: file(credentials.secret, credentials.units, 'units'),
    SWITCHYARD_UNIT_TLS_CA: file(unitTls.secret, 'ca.crt', 'unit-ca.crt'),
    SWITCHYARD_UNIT_TLS_NAME: unitTls.serverName || undefined,
    ...(unitTls.mutual && {
      SWITCHYARD_UNIT_TLS_CERT: file(unitTls.secret, 'tls.crt', 'unit-tls.crt'),
      SWITCHYARD_UNIT_TLS_KEY: file(unitTls.secret, 'tls.key', 'unit-tls.key'),
    }),
  });
  return access([...env, ...toUnits, ...(toUnits.length > 0 ? variables({ SWITCHYARD_UNIT_SECURED: secured.join(',') }) : [])]);
}

/** Of a runtime: it lets routers in, and operators. */
export function unitAccess(planned: PlannedUnit, options: RenderOptions): Access {
  const { credentials, unitTls } = options.security;
  const { file, access } = files('switchyard-unit-security');
  if (!isSecured(planned)) return access([]);
  const asks = credentials.secret !== '' && credentials.units !== '';
  return access(
    variables({
      SWITCHYARD_AUTH_FILE: file(credentials.secret, credentials.units, 'units'),
      SWITCHYARD_AUTH_ADMIN_FILE: asks ? file(credentials.secret, credentials.admin, 'admin') : undefined,
      SWITCHYARD_TLS_CERT: file(unitTls.secret, 'tls.crt', 'tls.crt'),
      SWITCHYARD_TLS_KEY: file(unitTls.secret, 'tls.key', 'tls.key'),
      SWITCHYARD_TLS_CLIENT_CA: unitTls.mutual ? file(unitTls.secret, 'ca.crt', 'client-ca.crt') : undefined,
      SWITCHYARD_PROBE_PORT: unitTls.secret === '' ? undefined : String(planned.probePort),
    }),
  );
}

/** The port of a runtime that answers probes, without TLS. */
export const unitProbePort = ({ httpPort, probePort }: PlannedUnit, { security: { unitTls } }: RenderOptions): number =>
  unitTls.secret === '' ? httpPort : probePort;

/** The volumes of a pod's containers. */
export function securityVolumes(plan: PredictorPlan): Volume[] {
  const all = [...plan.units.map((each) => unitAccess(each, plan.options)), routerAccess(plan)].flatMap(({ volumes }) => volumes);
  return [...new Map(all.map((each) => [each.name, each])).values()];
}

/** Images of others know nothing of our settings. */
const isSecured = ({ work }: PlannedUnit): boolean => work.kind === 'runtime';

/** Collects files, each a key of a Secret, for one container. */
function files(volume: string) {
  const wanted: File[] = [];
  return {
    /** The path of a key once it is mounted; undefined where there is none. */
    file(secret: string, key: string, path: string): string | undefined {
      if (secret === '' || key === '') return undefined;
      wanted.push({ secret, key, path });
      return `${folder}/${path}`;
    },
    access: (env: readonly EnvVar[]): Access => ({ env, ...mounted(volume, wanted) }),
  };
}

/**
 * One volume for all files, which the kubelet changes at once: a certificate is never beside the key of another. It is mounted whole, since
 * a file that is mounted alone never changes; and only the keys that are needed are in it.
 */
function mounted(name: string, files: readonly File[]): Pick<Access, 'mounts' | 'volumes'> {
  if (files.length === 0) return { mounts: [], volumes: [] };
  const sources = [...new Set(files.map(({ secret }) => secret))].map((secret) => ({
    secret: { name: secret, items: files.filter((each) => each.secret === secret).map(({ key, path }) => ({ key, path })) },
  }));
  return {
    mounts: [{ name, mountPath: folder, readOnly: true }],
    volumes: [{ name, projected: { defaultMode: 0o440, sources } }],
  };
}
