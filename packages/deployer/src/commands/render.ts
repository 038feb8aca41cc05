import type { RenderOptions } from '../render/options.ts';
import { renderInto } from './apply.ts';
import { toYaml } from './comparable.ts';
import { namespaceOf, readManifests } from './read-manifests.ts';

/** Prints the objects that the files become: YAML documents, or one JSON object a line. Needs no cluster. */
export function renderFiles(files: readonly string[], rendering: RenderOptions, options: { namespace?: string; json: boolean }): string {
  const objects = readManifests(files).flatMap((deployment) =>
    renderInto(deployment, namespaceOf(deployment, options.namespace, rendering.namespace), rendering),
  );
  return objects.map((each) => (options.json ? `${JSON.stringify(each)}\n` : `---\n${toYaml(each)}`)).join('');
}
