import { integer, number, setting, type Values } from '@switchyard/config';
import * as z from 'zod';
import { readRedaction } from './redact.ts';

/** What is logged of each request. */
export const logModes = ['all', 'request', 'response'] as const;
export type LogMode = (typeof logModes)[number];

/** The address of a sink. */
export const sinkAddress = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) context.addIssue('an address http://… or https://… is expected');
  else if (url.username !== '' || url.password !== '')
    context.addIssue('an address without user and password; give SWITCHYARD_REQUEST_LOG_TOKEN');
});

const paths = z.string().superRefine((text, context) => {
  try {
    readRedaction(text);
  } catch (error) {
    context.addIssue((error as Error).message);
  }
});

export const requestLogSettings = {
  requestLogUrl: setting(
    sinkAddress.optional(),
    'Where requests and answers are logged: CloudEvents are posted there, beside the work. Nothing waits for them; what a sink does not take is dropped and counted.',
  ),
  requestLogMode: setting(z.enum(logModes).default('all'), 'What is logged there: the request, the response, or both.'),
  requestLogSample: setting(
    number.pipe(z.number().min(0).max(1)).default(1),
    'The share of requests that are logged, 0 to 1. It is drawn by the id of the request: every server logs the same ones.',
  ),
  requestLogRedact: setting(
    paths.default(''),
    'What is null in logged JSON: paths such as inputs[*].data, data.ndarray[*][3], meta.tags.*, separated by commas. Bodies that are no JSON are left out then. * leaves out all bodies.',
  ),
  requestLogBatch: setting(
    integer.pipe(z.int().min(1).max(1000)).default(1),
    'Events in one request to the sink, as many as wait. More than 1 takes the batched mode of CloudEvents, which costs a fraction but which not every sink knows.',
  ),
  requestLogQueue: setting(
    integer.pipe(z.int().min(1).max(1_000_000)).default(10_000),
    'Events that may wait for a sink. More of them bridge a longer absence and hold more memory.',
  ),
  requestLogQueueMb: setting(number.pipe(z.number().positive()).default(32), 'Bytes of events that may wait for a sink, in MiB.'),
  requestLogTimeoutMs: setting(
    integer.pipe(z.int().min(1).max(600_000)).default(5000),
    'The longest that a sink may take to answer, in milliseconds.',
  ),
  requestLogToken: setting(z.string().optional(), 'Bearer token for that sink.', { secret: true }),
};

export type RequestLogValues = Values<typeof requestLogSettings>;
