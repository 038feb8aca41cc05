import type { Bucket } from './bucket.ts';
import type { Environment } from './environment.ts';
import { gsBucket } from './gs-bucket.ts';
import { parseLocation } from './location.ts';
import { s3Bucket } from './s3-bucket.ts';

/** The bucket at `s3://…` or `gs://…`. @throws ArtifactError UNSUPPORTED_STORE */
export function openBucket(uri: string, environment: Environment = process.env): Bucket {
  const location = parseLocation(uri);
  return location.uri.startsWith('gs:') ? gsBucket(location, environment) : s3Bucket(location, environment);
}
