import { readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import type { TensorSpec } from '@switchyard/protocol';
import { type Contract, rowSize } from './contract.ts';

/** The parts of a client, in the order in which they stand; each is a module that works by itself, and imports only from these. */
const parts = ['client-error', 'short-float', 'tensors', 'exchange', 'wire', 'client'];

/** What the class is called in the template. */
const own = 'ModelClient';

/** What a client shows. Whatever else its parts export, they export to each other. */
const shown = new Set(
  'ClientError ErrorCode ModelClient ClientOptions PredictOptions CallOptions Fetch Inputs InputName OutputName Answer Receipt Output Metadata ClassName Rows row rows classesOf'.split(
    ' ',
  ),
);

/**
 * The TypeScript of a client for a model: one file that imports nothing. The same contract and name give the same bytes.
 * @throws UserError for a name that a class cannot have here
 */
export function clientSource(contract: Contract, name: string): string {
  const { url, model, inputs, outputs, feedback } = contract;
  const lines = [
    `// Made by \`switchyard client generate --from ${url} --model ${ascii(model)} --name ${name}\`, from what the server said of its model.`,
    '// Do not edit: make it anew when the model takes or gives something else.',
    '',
    '/** What the model took and gave when this file was made. `size` is the number of elements a row, 0 where the model leaves it open. */',
    'const contract = {',
    `  url: ${ascii(url)},`,
    `  model: ${ascii(model)},`,
    `  inputs: ${tensors(inputs)},`,
    `  outputs: ${tensors(outputs)},`,
    '} as const;',
    '',
    codeOf(name, feedback),
  ];
  return lines.join('\n');
}

function codeOf(name: string, feedback: boolean): string {
  const modules = parts.map((part) => readFileSync(new URL(`../../src/generate/template/${part}.ts`, import.meta.url), 'utf8'));
  const code = modules.map(withoutModule).join('\n');
  if (!/^[A-Z][A-Za-z0-9_]*$/.test(name))
    throw new UserError(`--name ${name} is no name for a class: letters and digits, the first of them a capital`);
  if (name !== own && new RegExp(`\\b${name}\\b`).test(code)) throw new UserError(`--name ${name} has another meaning in the client`);
  return (feedback ? code : code.replace(/^ *\/\/ #region feedback\n[^]*?\/\/ #endregion\n\n/m, ''))
    .replace(/^ *\/\/ #(region|endregion).*\n/gm, '')
    .replaceAll(new RegExp(`\\b${own}\\b`, 'g'), name);
}

function tensors(specs: readonly TensorSpec[]): string {
  const lines = specs.map(({ name, datatype, shape, columns }) => {
    const names = columns ? `, columns: ${ascii(columns)}` : '';
    return `    ${ascii(name)}: { datatype: "${datatype}", shape: [${shape.join(', ')}], size: ${rowSize(shape)}${names} },\n`;
  });
  return `{\n${lines.join('')}  }`;
}

function withoutModule(text: string): string {
  return text
    .replaceAll(/^import [^]*?;\n/gm, '')
    .replaceAll(/^export (?=(?:async )?(?:type|const|class|function) (\w+))/gm, (keyword, name: string) => (shown.has(name) ? keyword : ''))
    .trimStart();
}

/** JSON that ends no comment, whatever the server calls its model. */
const ascii = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
