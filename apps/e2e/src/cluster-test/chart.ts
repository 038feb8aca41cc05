// The release `switchyard` of the chart of the controller.
import type { Gateway } from './cluster.ts';
import { run } from './program.ts';

type Installation = { readonly registry: string; readonly tag: string; readonly gateway: Gateway; readonly installCrd: boolean };

/** Installs it, or upgrades it to images of another tag. */
export async function helmServe(namespace: string, { registry, tag, gateway, installCrd }: Installation): Promise<void> {
  await upgrade(namespace, ['--install'], {
    'image.registry': registry,
    'image.tag': tag,
    'crd.install': installCrd,
    'crd.keep': false,
    'redis.enabled': true,
    'render.gateway.name': gateway.name,
    'render.gateway.namespace': gateway.namespace,
    // the examples name images of a release
    'render.componentImages': Object.fromEntries(
      ['tf-runtime', 'rf-runtime'].map((name) => [name, `${registry}/switchyard/${name}:${tag}`]),
    ),
    'render.resources': { runtime: { requests: { cpu: '20m', memory: '96Mi' } }, router: { requests: { cpu: '20m', memory: '96Mi' } } },
  });
}

/** Changes some of its values. */
export const helmUpgrade = (namespace: string, values: Readonly<Record<string, unknown>>): Promise<void> =>
  upgrade(namespace, ['--reuse-values'], values);

async function upgrade(namespace: string, words: readonly string[], values: Readonly<Record<string, unknown>>): Promise<void> {
  const flags = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  await run('helm', ['upgrade', 'switchyard', 'charts/switchyard', '-n', namespace, '--wait', ...words, ...flags]);
}

/** @throws Error where it fails */
export const helmTest = (namespace: string): Promise<string> => run('helm', ['test', 'switchyard', '-n', namespace, '--timeout', '2m']);
