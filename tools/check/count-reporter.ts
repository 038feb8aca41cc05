import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Counts like `npm test` does, for suites that run by themselves: `N passed, N failed` is the last that is printed. An error outside of a
 * test, a file that could not be loaded and no test at all are failures, too.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const states = tests.map((test) => test.result().state);
    const passed = states.filter((state) => state === 'passed').length;
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
    const failed = states.filter((state) => state === 'failed').length + broken;
    const skipped = states.length - passed - states.filter((state) => state === 'failed').length;
    console.log(`${passed} passed, ${failed || Number(passed === 0)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}
