import type { Parameters } from './graph-unit.ts';
import { type Findings, read } from './problem.ts';
import { parameterSchema, type RawParameter } from './schema.ts';

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

/** A unit's parameters by name. `"0"` as a BOOL is false. */
export function readParameters(list: readonly unknown[], path: string, findings: Findings): Parameters {
  const values = new Map<string, string | number | boolean>();
  for (const [index, raw] of list.entries()) {
    const at = `${path}[${index}]`;
    const parameter = read(parameterSchema, raw, at, findings);
    if (parameter === undefined) continue;
    if (values.has(parameter.name)) findings.problems.push({ path: `${at}.name`, message: `"${parameter.name}" is given twice` });
    const value = valueOf(parameter);
    if (value === undefined)
      findings.problems.push({ path: `${at}.value`, message: `"${parameter.value}" is not ${typeNames[parameter.type ?? 'STRING']}` });
    else values.set(parameter.name, value);
  }
  return Object.fromEntries(values);
}

const typeNames = {
  INT: 'a whole number (INT)',
  FLOAT: 'a number (FLOAT)',
  DOUBLE: 'a number (DOUBLE)',
  BOOL: 'true or false (BOOL)',
  STRING: 'a string (STRING)',
};

/** Without a declared type, what YAML made of it is what it is. */
function valueOf({ value, type }: RawParameter): string | number | boolean | undefined {
  const word = String(value).trim();
  switch (type) {
    case 'INT':
      return /^[-+]?\d+$/.test(word) && Number.isSafeInteger(Number(word)) ? Number(word) : undefined;
    case 'FLOAT':
    case 'DOUBLE':
      return word !== '' && Number.isFinite(Number(word)) ? Number(word) : undefined;
    case 'BOOL':
      return booleans[word.toLowerCase()];
    case 'STRING':
      return String(value);
    default:
      return value;
  }
}
