import { rename, writeFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '@switchyard/config';
import { type AccessOptions, fetchWith } from '../client/access.ts';
import { clientSource } from '../generate/client-source.ts';
import { readContract } from '../generate/contract.ts';
import type { Terminal } from '../show/terminal.ts';

export type ClientOptions = AccessOptions & {
  readonly from: string;
  readonly model?: string;
  /** The file to write. */
  readonly out?: string;
  /** Of the class. */
  readonly name?: string;
};

/** Writes a typed client for the model that a server serves: beside its place, then moved there, so that a build never reads half of it. */
export async function generateClient(options: ClientOptions, terminal: Terminal): Promise<void> {
  const contract = await readContract(options.from, options.model, fetchWith(options));
  const name = options.name ?? classNameOf(contract.model);
  const source = clientSource(contract, name);
  const out = options.out ?? `${contract.model.replace(/[^\w.-]/g, '-')}-client.ts`;
  const beside = `${out}.${process.pid}.tmp`;
  try {
    await writeFile(beside, source, { flush: true });
    await rename(beside, out);
  } catch (error) {
    await rm(beside, { force: true });
    throw new UserError(`cannot write ${out}: ${(error as Error).message}`, { cause: error });
  }
  const { url, model, inputs, outputs, feedback } = contract;
  const list = (specs: typeof inputs): string => specs.map((each) => `${each.name} ${each.datatype} [${each.shape.join(', ')}]`).join('; ');
  terminal.line(`${out}: ${name}, for ${model} at ${url}`);
  terminal.line(`  takes ${list(inputs)}`);
  terminal.line(`  gives ${list(outputs)}${feedback ? '; takes feedback' : ''}`);
  terminal.event('client', { file: out, name, example: `import { ${name}, row } from './${basename(out)}'`, ...contract });
}

/** `mnist-forest` → `MnistForestClient` */
function classNameOf(model: string): string {
  const words = model.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return `${/^\d/.test(name) || name === '' ? 'Model' : ''}${name}Client`;
}
