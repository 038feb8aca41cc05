import type { Rendered } from './golden.ts';

/** One verb on one kind of object in one namespace: what a Role grants, or what a request asked for. */
export type Right = {
  /** `namespace/name` of the service account. */
  readonly account: string;
  readonly verb: string;
  /** As Kubernetes writes it: `jobs.batch`, `seldondeployments/status.machinelearning.seldon.io`, `pods`. */
  readonly resource: string;
  readonly namespace: string;
  /** A Role's `resourceNames`; empty: objects of all names. Of a request: the name, if it has one. */
  readonly names: readonly string[];
};

export type Request = Right & { readonly refused: boolean };

/** What an audit log says of Roles. Both lists are without repetitions, and in the order of the Roles and of the log. */
export type Findings = { readonly unused: readonly Right[]; readonly refused: readonly Request[]; readonly used: number };

type Rule = { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[]; readonly resourceNames?: string[] };
type Binding = { readonly roleRef: { readonly kind: string; readonly name: string }; readonly subjects?: readonly Subject[] };
type Subject = { readonly kind: string; readonly name: string; readonly namespace?: string };

/** The rights that Roles give to service accounts, by the RoleBindings among the objects; a `List`, as kubectl prints it, is taken apart. */
export function rightsOf(objects: readonly Rendered[]): Right[] {
  const all = objects.flatMap((each) => (each.kind.endsWith('List') ? (each['items'] as Rendered[]) : [each]));
  return all
    .filter(({ kind }) => kind === 'RoleBinding')
    .flatMap((binding) => {
      const { roleRef, subjects = [] } = binding as unknown as Binding;
      const { namespace = '' } = binding.metadata;
      const role = all.find((each) => each.kind === 'Role' && each.metadata.name === roleRef.name && each.metadata.namespace === namespace);
      return subjects
        .filter(({ kind }) => kind === 'ServiceAccount')
        .flatMap((subject) =>
          ((role?.['rules'] ?? []) as Rule[]).flatMap((rule) =>
            rightsOfRule(rule, `${subject.namespace ?? namespace}/${subject.name}`, namespace),
          ),
        );
    });
}

const rightsOfRule = ({ apiGroups, resources, verbs, resourceNames = [] }: Rule, account: string, namespace: string): Right[] =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.map((verb) => ({ account, verb, resource: qualified(resource, group), namespace, names: resourceNames })),
    ),
  );

const qualified = (resource: string, group: string): string => (group === '' ? resource : `${resource}.${group}`);

type Event = {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
};

const serviceAccount = 'system:serviceaccount:';

/**
 * The requests of service accounts in an audit log, one JSON event of `audit.k8s.io/v1` a line; other lines, such as one that is still being
 * written, are passed over, and so is what asks for no object (discovery, health).
 *
 * A server-side apply that makes its object is a `patch` answered by 201, for which the API server has asked for `create` as well, without
 * a line of its own: so here it is two requests.
 */
export function requestsOf(log: string): Request[] {
  return log.split('\n').flatMap((line) => {
    const event = parseEvent(line);
    const { resource, subresource, apiGroup = '', namespace = '', name } = event?.objectRef ?? {};
    if (!event || resource === undefined || !event.user.username.startsWith(serviceAccount)) return [];
    const code = event.responseStatus?.code;
    const request: Request = {
      account: event.user.username.slice(serviceAccount.length).replace(':', '/'),
      verb: event.verb,
      resource: qualified(subresource === undefined ? resource : `${resource}/${subresource}`, apiGroup),
      namespace,
      names: name === undefined ? [] : [name],
      refused: event.annotations?.['authorization.k8s.io/decision'] === 'forbid' || code === 403,
    };
    return event.verb === 'patch' && code === 201 ? [request, { ...request, verb: 'create' }] : [request];
  });
}

/** The last stage of a request alone: the others have no answer. A watch that is still open has only begun. */
function parseEvent(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const event = JSON.parse(line) as Event;
    return event.stage === 'ResponseComplete' || (event.stage === 'ResponseStarted' && event.verb === 'watch') ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Holds what was granted against what was asked for. Accounts that have no right among those given are of no concern. */
export function audit(rights: readonly Right[], requests: readonly Request[]): Findings {
  const accounts = new Set(rights.map(({ account }) => account));
  const ours = requests.filter(({ account }) => accounts.has(account));
  const unused = rights.filter((right) => !ours.some((request) => !request.refused && covers(right, request)));
  const refused = new Map(ours.filter((request) => request.refused).map((request) => [sentence(request), request]));
  return { unused, refused: [...refused.values()], used: rights.length - unused.length };
}

const covers = (right: Right, request: Request): boolean =>
  (['account', 'verb', 'resource', 'namespace'] as const).every((field) => right[field] === request[field]) &&
  (right.names.length === 0 || right.names.includes(request.names[0] ?? ''));

/** @example `models/pipeline-train: create jobs.batch in models` */
export const sentence = ({ account, verb, resource, namespace }: Right): string =>
  `${account}: ${verb} ${resource} ${namespace === '' ? 'of the whole cluster' : `in ${namespace}`}`;
