/** What came of the checks; a failure and a skipped test are each told by name. */
export type Count = { readonly passed: number; readonly failures: readonly string[]; readonly skipped: readonly string[] };

export const none: Count = { passed: 0, failures: [], skipped: [] };

/** The parts that we read of vitest's JSON report. */
export type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
};

/**
 * Adds a run of the tests. It never counts as well what vitest itself calls a failure: a crash, an error outside a test,
 * a file that could not be loaded, and no test at all are failures of their own.
 */
export function addReport(count: Count, code: number, report: Report | undefined): Count {
  if (report === undefined) return { ...count, failures: [...count.failures, `tests: vitest ended with ${code} and no report`] };
  const tests = report.testResults.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })));
  const name = (test: { file: string; fullName: string }) => `${test.file}: ${test.fullName}`;
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failed = tests.filter((test) => test.status === 'failed').map(name);
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed').map(name);
  const files = report.testResults
    .filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
    .map((file) => `${file.name}: ${file.message ?? 'could not be run'}`);
  const failures = [...failed, ...files];
  if (passed + failed.length === 0 && files.length === 0) failures.push('tests: none ran');
  if (code !== 0 && failures.length === 0) failures.push(`tests: vitest ended with ${code}; its output says why`);
  return { passed: count.passed + passed, failures: [...count.failures, ...failures], skipped: [...count.skipped, ...skipped] };
}

/** The last lines of a run: what was skipped, what failed, and the count. */
export function describeCount({ passed, failures, skipped }: Count): string[] {
  const left = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return [
    ...skipped.map((each) => `skipped: ${each}`),
    ...failures.map((each) => `failed: ${each}`),
    `${passed} passed, ${failures.length} failed${left}`,
  ];
}
