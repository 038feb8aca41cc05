import { expect, test } from 'vitest';
import { awsSettings, bucketAddress } from './aws-settings.ts';

test.each([
  ['models', {}, 'https://models.s3.us-east-1.amazonaws.com'],
  ['models', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'x' }, 'https://models.s3.eu-west-1.amazonaws.com'],
  ['models', { AWS_DEFAULT_REGION: 'cn-north-1' }, 'https://models.s3.cn-north-1.amazonaws.com.cn'],
  ['models.acme.com', {}, 'https://s3.us-east-1.amazonaws.com/models.acme.com'],
  ['models', { AWS_ENDPOINT_URL_S3: 'http://minio:9000/' }, 'http://minio:9000/models'],
  ['models', { AWS_ENDPOINT_URL: 'https://acme.example/s3' }, 'https://acme.example/s3/models'],
  [
    'models',
    { RCLONE_CONFIG_S3_ENDPOINT: 'minio.minio-system.svc.cluster.local:9000' },
    'https://minio.minio-system.svc.cluster.local:9000/models',
  ],
  ['models', { AWS_ENDPOINT_URL_S3: 'https://oss.example', S3_USE_VIRTUAL_BUCKET: 'true' }, 'https://models.oss.example'],
])('bucket %s with %o is at %s', (bucket, environment, address) => {
  expect(bucketAddress(bucket, awsSettings(bucket, environment))).toBe(address);
});

test.each(['ftp://host', 'https://name:secret@host', 'https://host?x=secret', ':'])(
  'the endpoint %s is refused, and not repeated',
  (endpoint) => {
    expect(() => awsSettings('models', { AWS_ENDPOINT_URL_S3: endpoint })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_STORE', message: expect.not.stringContaining('secret') }),
    );
  },
);
