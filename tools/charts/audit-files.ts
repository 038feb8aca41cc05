import { readFileSync } from 'node:fs';
import { audit, requestsOf, rightsOf, sentence } from './audit.ts';
import { parseRendered } from './golden.ts';

/**
 * Prints what audit logs say of Roles, and tells whether all that is granted was used and nothing was refused. Files that end in `.yaml`,
 * `.yml` or `.json` hold Roles and RoleBindings (`helm get manifest`, `kubectl get roles,rolebindings -o yaml`), all others are logs.
 */
export function auditFiles(files: readonly string[], print: (line: string) => void = console.log): boolean {
  const isManifest = (file: string): boolean => /\.(ya?ml|json)$/.test(file);
  const read = (chosen: readonly string[]): string => chosen.map((file) => readFileSync(file, 'utf8')).join('\n');
  const manifests = files.filter(isManifest);
  const logs = files.filter((file) => !isManifest(file));
  const rights = rightsOf(manifests.flatMap((file) => parseRendered(read([file]))));
  const requests = requestsOf(read(logs));
  if (rights.length === 0) throw new Error(`no Role that a RoleBinding gives to a service account in ${manifests.join(', ') || 'no file'}`);
  if (requests.length === 0) throw new Error(`no request of a service account in ${logs.join(', ') || 'no file'}`);
  const { unused, refused, used } = audit(rights, requests);
  for (const right of unused) print(`never used: ${sentence(right)}`);
  for (const request of refused) print(`refused: ${sentence(request)}`);
  print(`${used} of ${rights.length} rights used, ${refused.length} refused`);
  return unused.length === 0 && refused.length === 0;
}
