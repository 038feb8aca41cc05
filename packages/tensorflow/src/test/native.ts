import { faultOf, libraryFolder } from '../native/native-library.ts';

/** Why tests of the native backend cannot run here: `undefined` where they can. Said once for each file, so that nobody takes them for passed. */
export function whyNotNative(): string | undefined {
  const fault = faultOf(libraryFolder());
  if (fault !== undefined)
    console.warn(`Tests of the native backend are skipped: its library ${fault}. npm test sets it up where it can be had.`);
  return fault;
}
