import * as z from 'zod';
import { secretKey } from './secret-key.ts';

const address = z
  .string()
  .regex(/^(https?:\/\/[^@]+)?$/, 'an address http://… or https://…, without user and password, is expected')
  .default('');

/** The log of requests: docs/telemetry.md. Those of 2018 and of Seldon Core have it from their engine; here routers have. */
export const requestLogOptions = z
  .strictObject({
    url: address.describe('Where routers post requests and answers. Nowhere, unless given.'),
    unitUrl: address.describe('Where units are logged whose `logger` in the manifest names no url.'),
    mode: z.enum(['all', 'request', 'response']).default('all').describe('What is logged of each request.'),
    sample: z.number().min(0).max(1).default(1).describe('The share of requests that are logged.'),
    redact: z.string().default('').describe('Paths in the JSON whose values are null in the log; * leaves out all bodies.'),
    batch: z.int().min(1).max(1000).default(1).describe('Events in one request to the sink.'),
    queue: z.int().min(1).max(1_000_000).default(10_000).describe('Events that may wait for a sink.'),
    queueMb: z.number().positive().default(32).describe('Their bytes, in MiB.'),
    timeoutMs: z.int().min(1).max(600_000).default(5000).describe('The longest that the sink may take to answer.'),
    token: z
      .union([z.literal(''), secretKey])
      .default('')
      .describe('The secret with the bearer token for the sink. None, unless given.'),
  })
  .describe('The log of requests. What the environment of a manifest says comes first.');

export type RequestLogOptions = z.infer<typeof requestLogOptions>;
