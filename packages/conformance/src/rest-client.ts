import { expect } from 'vitest';

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json };

/** JSON as a client sees it: looked into, not trusted. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return send(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error in Seldon's form, with a status, and words that say each of `words`. */
export function expectSeldonError(answer: Answer, status: number, ...words: (string | RegExp)[]): void {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.json?.status).toMatchObject({ status: expect.toBeOneOf([1, 'FAILURE']), reason: expect.any(String) });
  for (const word of words) expect(answer.json.status.info).toMatch(word);
}

/** An error in the form of the Open Inference Protocol. */
export function expectOipError(answer: Answer, status: number, ...words: (string | RegExp)[]): void {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  for (const word of words) expect(answer.json?.error).toMatch(word);
}

/** Sum of a metric's samples over all of its labels. */
export async function metric(http: string, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const { text } = await send(`${http}/metrics`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
