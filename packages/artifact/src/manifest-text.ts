import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { ArtifactError } from './artifact-error.ts';
import { manifestSchema, type Manifest } from './manifest.ts';

/** The last lines of the text: the sha256 of all that is before them and the closing brace. */
const seal = /,\n {2}"sha256": "([0-9a-f]{64})"\n}\n$/;

/**
 * The text of `model.json`: keys in the schema's order, those of records sorted, and the text's own sha256 as the last field, so that
 * a change of any byte of it is found, too. The same manifest gives the same text.
 */
export function formatManifest(manifest: Manifest): string {
  const ordered = check(manifest, `model "${manifest.name}"`);
  const body = print({
    ...ordered,
    metrics: sorted(ordered.metrics),
    hyperparameters: sorted(ordered.hyperparameters),
    files: sorted(ordered.files),
  });
  return body.replace(/\n}$/, `,\n  "sha256": "${sha256(`${body}\n`)}"\n}\n`);
}

/**
 * Reads what `formatManifest` wrote. `who` is whose manifest it is, for messages.
 * @throws ArtifactError INVALID_MANIFEST that names the field, or CORRUPT where it was changed after it was written.
 */
export function parseManifest(text: string, who: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ArtifactError('INVALID_MANIFEST', `${who}: model.json is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const { sha256: stated, ...fields } = Object(value) as Record<string, unknown>;
  const manifest = check(fields, who);
  const actual = sha256(text.replace(seal, '\n}\n'));
  if (seal.exec(text)?.[1] !== actual) {
    throw new ArtifactError(
      'CORRUPT',
      `${who}: model.json was changed after it was published: its sha256 is ${short(actual)}, and it says ${short(stated)}`,
    );
  }
  return manifest;
}

function check(value: unknown, who: string): Manifest {
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ArtifactError('INVALID_MANIFEST', `${who}: model.json: ${parsed.error.issues.map(words).join('; ')}`, { cause: parsed.error });
}

/** `signature.inputs[0].shape: expected array, received string` */
function words(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : /^\w+$/.test(String(key)) ? `.${String(key)}` : `["${String(key)}"]`))
    .join('');
  const message = issue.code === 'invalid_key' ? issue.issues.map((each) => each.message).join('; ') : issue.message;
  return `${path.replace(/^\./, '') || 'the whole'}: ${message}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Enough of a digest to tell two apart. */
export const short = (digest: unknown): string => (typeof digest === 'string' ? `${digest.slice(0, 12)}…` : 'none');

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** JSON, two spaces a level; a list of plain values stays on one line, for a list may have a number for each of 784 pixels. */
function print(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${inner}${JSON.stringify(key)}: ${print(each, inner)}`);
    return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
  }
  if (value.every((each) => typeof each !== 'object')) return `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
  return `[\n${value.map((each) => inner + print(each, inner)).join(',\n')}\n${indent}]`;
}
