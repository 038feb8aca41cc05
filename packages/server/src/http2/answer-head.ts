import { addField, type Fields, isField, isValue, noFields } from './fields.ts';
import type { Header } from './hpack/header.ts';

/** What an answer begins with, or what follows its body. */
export type AnswerHead = {
  /** Absent in what follows a body. */
  readonly status: number | undefined;
  /** By names in lower case; values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
};

/** @returns undefined for headers that are of no answer (RFC 9113, 8.2 and 8.3.2) */
export function answerHead(list: readonly Header[]): AnswerHead | undefined {
  const headers: Fields = noFields();
  let status: number | undefined;
  for (const [index, [name, value]] of list.entries()) {
    if (index === 0 && name === ':status' && /^[1-9]\d\d$/.test(value)) status = Number(value);
    else if (isField(name, value) && isValue(value)) addField(headers, name, value);
    else return undefined;
  }
  return { status, headers };
}
