import type { RenderOptions } from './options.ts';

/** What a route hangs on, and the host names that it is for. */
export function parentsOf({ gateway }: RenderOptions, section: string | undefined): Readonly<Record<string, unknown>> {
  const { name, namespace, hostnames } = gateway;
  return {
    parentRefs: [{ name, ...(namespace !== undefined && { namespace }), ...(section !== undefined && { sectionName: section }) }],
    ...(hostnames.length > 0 && { hostnames }),
  };
}
