// What of the charts needs Helm: lint, that each renders to its golden, and what each refuses.
//
//     node tools/charts/check.ts            looks; the last line says what passed and failed
//     node tools/charts/check.ts --write    renders the goldens and the tables of values anew
//     node tools/charts/check.ts --audit audit.log manifest.yaml …
//                                           what Roles grant and nobody used, and what was refused: docs/rbac.md
//     node tools/charts/check.ts --cluster  tries all that is rendered on the API server of KUBECONFIG; makes nothing but a namespace
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { auditFiles } from './audit-files.ts';
import { cases, refusals } from './cases.ts';
import { type Result, tryOnCluster } from './cluster.ts';
import { goldenFile, parseRendered, readGolden, root, sourceDigest } from './golden.ts';
import { lint, type Ran, render } from './helm.ts';
import { writeReadme } from './values-table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, audit: { type: 'boolean' }, cluster: { type: 'boolean' } },
});
if (values.write) write();
else if (values.audit) process.exitCode = auditFiles(positionals) ? 0 : 1;
else report(values.cluster ? tryOnCluster() : checks());

function write(): void {
  for (const chart of new Set(cases.map((each) => each.chart))) writeReadme(chart);
  for (const each of cases) {
    const { code, output, errors } = render(each);
    if (code !== 0) throw new Error(`${each.chart}, ${each.name}: ${errors}`);
    writeFileSync(
      goldenFile(each),
      `# ${sourceDigest(each)}: rendered by 'node tools/charts/check.ts --write'; not to be edited\n${output}`,
    );
  }
}

function checks(): Result[] {
  return [
    ...cases.map((each): Result => [`${each.chart}, ${each.name}: lint`, failed(lint(each))]),
    ...cases.map((each): Result => {
      const ran = render(each);
      const same = existsSync(goldenFile(each)) && isDeepStrictEqual(parseRendered(ran.output), readGolden(each));
      return [
        `${each.chart}, ${each.name}: renders to its golden`,
        failed(ran) ?? (same ? undefined : 'it does not; if that is meant: --write'),
      ];
    }),
    crd(),
    ...refusals.map((each): Result => {
      const { code, errors } = render(each);
      return [
        `${each.chart} refuses ${each.name}`,
        code !== 0 && errors.includes(each.says) ? undefined : `it says: ${errors || 'nothing'}`,
      ];
    }),
  ];
}

function report(results: readonly Result[]): void {
  for (const [what, why] of results) console.log(why === undefined ? `passed: ${what}` : `failed: ${what}\n${why}`);
  const failures = results.filter(([, why]) => why !== undefined).length;
  console.log(`${results.length - failures} passed, ${failures} failed`);
  process.exitCode = failures > 0 ? 1 : 0;
}

function failed({ code, output, errors }: Ran): string | undefined {
  return code === 0 ? undefined : output + errors;
}

/** The CRD comes as the deployer has it, and stays when the release goes. */
function crd(): Result {
  const what = 'switchyard: brings the CRD of the deployer, to keep';
  const ran = render({ chart: 'switchyard', name: 'crd', values: { crd: { install: true } } });
  const rendered = parseRendered(ran.output).find(({ kind }) => kind === 'CustomResourceDefinition');
  const [own] = parseRendered(readFileSync(join(root, 'packages/deployer/crd/seldondeployments.yaml'), 'utf8'));
  const annotations = (rendered?.metadata as { annotations?: Record<string, string> } | undefined)?.annotations;
  const same = isDeepStrictEqual(rendered?.['spec'], own?.['spec']) && annotations?.['helm.sh/resource-policy'] === 'keep';
  return [what, failed(ran) ?? (same ? undefined : 'it does not')];
}
