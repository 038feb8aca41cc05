import { parse } from 'yaml';
import type { Rendered } from './golden.ts';

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly volumeMounts?: readonly { readonly name: string }[];
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
    readonly seccompProfile?: { readonly type: string };
  };
};

export type Volume = {
  readonly name: string;
  readonly hostPath?: object;
  readonly secret?: object;
  readonly projected?: { readonly sources: readonly { readonly secret: SecretSource }[] };
};
export type SecretSource = {
  readonly name: string;
  readonly optional?: boolean;
  readonly items: readonly { readonly key: string; readonly path: string }[];
};

/** A pod's specification, and what it is of. */
export type Pod = {
  readonly of: string;
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: Container['securityContext'];
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
};

/** A template of a workflow, as far as it is looked at here. */
export type Step = Omit<Pod, 'of' | 'containers'> & {
  readonly name: string;
  readonly container?: Container;
  readonly sidecars?: readonly Container[];
  readonly podSpecPatch?: string;
  readonly resource?: {
    readonly action: string;
    readonly manifest: string;
    readonly successCondition?: string;
    readonly failureCondition?: string;
  };
};

/** Every pod that a rendered object makes, those of a workflow's steps and of the jobs that its steps make included. */
export function podsOf({ kind, metadata, ...object }: Rendered): Pod[] {
  const of = `${kind} ${metadata.name}`;
  const { spec } = object as {
    spec?: { template?: { spec: Pod }; templates?: Step[]; tfReplicaSpecs?: { Worker: { template: { spec: Pod } } } };
  };
  if (kind === 'Pod') return [{ ...(spec as unknown as Pod), of }];
  if (kind === 'WorkflowTemplate') return spec!.templates!.flatMap((step) => podsOfStep(of, step));
  const inner =
    kind === 'TFJob'
      ? spec!.tfReplicaSpecs!.Worker.template.spec
      : ['Deployment', 'StatefulSet', 'Job'].includes(kind)
        ? spec!.template!.spec
        : undefined;
  return inner === undefined ? [] : [{ ...inner, of }];
}

function podsOfStep(workflow: string, { name, container, sidecars = [], resource, ...pod }: Step): Pod[] {
  const of = `${workflow}, ${name}`;
  if (container !== undefined) return [{ ...pod, of, containers: [{ ...container, name: 'main' }, ...sidecars] }];
  if (resource === undefined || resource.action !== 'create') return [];
  return podsOf(manifestOf(resource.manifest)).map((each) => ({ ...each, of: `${of}: ${each.of}` }));
}

/** A text of a workflow as it is where models are on a volume, or, with `inBucket`, in an object store: `{{=workflow.parameters.store == '' ? a : b}}`. */
export function withStore(text: string, inBucket = false): string {
  const literal = (expression: string): string =>
    [...expression.matchAll(/workflow\.parameters(?:\.|\[')([a-z-]+)(?:'\])?|inputs\.parameters\.([a-z-]+)|'([^']*)'/g)]
      .map(([, parameter, input, quoted]) => (parameter === 'store' ? 's3://bucket/models' : (quoted ?? parameter ?? input)))
      .join('');
  return text.replaceAll(/\{\{=workflow\.parameters\.store == '' \? (.*?) : (.*?)\}\}/g, (_, volume: string, bucket: string) =>
    literal(inBucket ? bucket : volume),
  );
}

/** The manifest of a resource step, its parameters replaced by something that any field may be. */
export function manifestOf(text: string): Rendered {
  const filled = withStore(text)
    .replaceAll(/args: \{\{[^}]*\}\}/g, 'args: []')
    .replaceAll(/\{\{.*?\}\}(?!\})/g, '1');
  const parsed = parse(filled) as Rendered & { metadata: { generateName?: string } };
  return { ...parsed, metadata: { ...parsed.metadata, name: parsed.metadata.name ?? parsed.metadata.generateName ?? '' } };
}
