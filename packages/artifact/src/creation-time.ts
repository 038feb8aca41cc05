import { ArtifactError } from './artifact-error.ts';

/** Now, or what SOURCE_DATE_EPOCH says (seconds since 1970, of reproducible-builds.org): then the same seed gives the same manifest, too. */
export function creationTime(epoch: string | undefined = process.env['SOURCE_DATE_EPOCH']): string {
  if (!epoch) return new Date().toISOString();
  const time = new Date(/^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new ArtifactError('INVALID_MANIFEST', `SOURCE_DATE_EPOCH is "${epoch}"; whole seconds since 1970 are expected`);
  }
  return time.toISOString();
}
