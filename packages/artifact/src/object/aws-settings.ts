import { ArtifactError } from '../artifact-error.ts';
import { type Environment, firstOf } from './environment.ts';

export type AwsSettings = {
  readonly region: string;
  /** Where another than AWS answers. */
  readonly endpoint?: URL;
  /** Whether the bucket is part of the path, as servers of one's own want it, or of the host, as AWS does. */
  readonly pathStyle: boolean;
};

/**
 * Where S3 is, from the variables that every tool of AWS reads; and, after them, those of rclone, which secrets for Seldon Core hold.
 * `S3_USE_VIRTUAL_BUCKET=true` (as KServe has it) is for the few services beside AWS that have no path style.
 * @throws ArtifactError UNSUPPORTED_STORE for an endpoint that is no address
 */
export function awsSettings(bucket: string, environment: Environment): AwsSettings {
  const region = firstOf(environment, 'AWS_REGION', 'AWS_DEFAULT_REGION', 'RCLONE_CONFIG_S3_REGION') ?? 'us-east-1';
  const written = firstOf(environment, 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL', 'RCLONE_CONFIG_S3_ENDPOINT');
  if (written === undefined) return { region, pathStyle: bucket.includes('.') }; // a name with a dot fits no certificate
  const endpoint = parse(written);
  return { region, endpoint, pathStyle: environment['S3_USE_VIRTUAL_BUCKET']?.toLowerCase() !== 'true' };
}

function parse(written: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `https://${written}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') return url;
  throw new ArtifactError(
    'UNSUPPORTED_STORE',
    'the endpoint for S3 (AWS_ENDPOINT_URL_S3) is not an address such as https://minio.example:9000',
  );
}

/** Where the objects of a bucket are: without a `/` at the end. */
export function bucketAddress(bucket: string, { region, endpoint, pathStyle }: AwsSettings): string {
  const base = endpoint ?? new URL(`https://s3.${region}.${domain(region)}`);
  const path = base.pathname.replace(/\/+$/, '');
  return pathStyle ? `${base.origin}${path}/${bucket}` : `${base.protocol}//${bucket}.${base.host}${path}`;
}

/** AWS in China is a cloud of its own. */
export const domain = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');
