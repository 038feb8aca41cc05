import type * as z from 'zod';

/** What is wrong in a manifest and where: `path` as in `spec.predictors[0].graph.children[1].name`. */
export type Problem = { readonly path: string; readonly message: string };

/** A manifest that cannot be used. Its message lists every problem, one a line. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(lines.length === 1 ? `${source}: ${lines[0]}` : `${source}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** What the readers find on their way; they go on after a problem, so that all are reported at once. */
export type Findings = { readonly problems: Problem[]; readonly warnings: string[] };

export const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** The value by its schema; undefined, with the problems noted under their paths, where it does not fit. */
export function read<T>(schema: z.ZodType<T>, value: unknown, path: string, findings: Findings): T | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const full = issue.path.reduce<string>(
      (before, key) => (typeof key === 'number' ? `${before}[${key}]` : join(before, String(key))),
      path,
    );
    findings.problems.push({ path: full, message: issue.message });
  }
  return undefined;
}

/** Notes the keys of an object that no schema knows. */
export function warnUnknown(value: object, known: readonly string[], path: string, findings: Findings): void {
  for (const key of Object.keys(value))
    if (!known.includes(key)) findings.warnings.push(`${join(path, key)} is not a field of a SeldonDeployment and is ignored`);
}
