import { parseDeployment } from '@switchyard/deployment';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import { renderOptions, type RenderOptionsInput } from '../options.ts';
import { render } from '../render.ts';

/** A manifest rendered with some options, the others at their defaults. */
export const rendered = (manifest: string, options: RenderOptionsInput = {}): KubernetesObject[] =>
  render(parseDeployment(manifest), renderOptions.parse(options));

export type Workload = KubernetesObject & {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
      readonly spec: Readonly<Record<string, unknown>> & { readonly containers: readonly Container[] };
    };
  };
};

export type Container = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
};

export const workloads = (objects: readonly KubernetesObject[]): Workload[] =>
  objects.filter(({ kind }) => kind === 'Deployment') as Workload[];

/** The first object of a kind, else the one of that name. */
export function one(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.find((each) => each.kind === kind && (name === undefined || each.metadata.name === name));
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''} among ${objects.map((each) => each.kind).join(', ')}`);
  return found;
}

export function containerOf(workload: Workload | undefined, name: string): Container {
  const found = workload?.spec.template.spec.containers.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no container ${name}`);
  return found;
}

/** Variables with their values, or with where these come from. */
export const envOf = (container: Container): Record<string, unknown> =>
  Object.fromEntries(container.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));

export const yamlOf = (objects: readonly KubernetesObject[]): string =>
  objects.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
