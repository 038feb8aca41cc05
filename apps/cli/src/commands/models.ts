import { openStore, parseReference, type Manifest } from '@switchyard/artifact';
import { table } from '../show/table.ts';
import { style, type Terminal } from '../show/terminal.ts';

/** Every version of every model in the store; what cannot be served says why. */
export async function listModels(storePath: string, terminal: Terminal): Promise<void> {
  const store = openStore(storePath);
  const rows: { name: string; version: string; latest: boolean; manifest?: Manifest; problem?: string }[] = [];
  for (const name of await store.models()) {
    const latest = await store.latest(name);
    for (const version of await store.versions(name)) {
      const found = await store.open({ name, version }).then(
        ({ manifest }) => ({ manifest }),
        (error: Error) => ({ problem: error.message }),
      );
      rows.push({ name, version, latest: version === latest, ...found });
    }
  }
  terminal.event('models', { store: storePath, models: rows });
  if (rows.length === 0) return terminal.line(`No models in ${storePath}. Train one: switchyard train rf-trainer`);
  terminal.line(
    table(
      [
        { title: 'model', value: (row) => `${row.name}:${row.version}` },
        { title: '', value: (row) => (row.latest ? 'latest' : '') },
        { title: 'format', value: (row) => row.manifest?.format ?? '–' },
        { title: 'accuracy', value: (row) => row.manifest?.metrics['accuracy']?.toFixed(4) ?? '–', align: 'right' },
        { title: 'data', value: (row) => row.manifest?.dataset.name ?? '–' },
        { title: 'created', value: (row) => row.manifest?.created.slice(0, 16).replace('T', ' ') ?? '–' },
      ],
      rows,
    ),
  );
  for (const row of rows) if (row.problem) terminal.line(`${style('red', '✖')} ${row.problem}`);
}

export async function showModel(reference: string, storePath: string, terminal: Terminal): Promise<void> {
  const { manifest, directory } = await openStore(storePath).open(parseReference(reference));
  terminal.event('model', { directory, manifest });
  terminal.line(`${style('bold', `${manifest.name}:${manifest.version}`)}  ${style('dim', directory)}\n`);
  const { files, signature, classNames, ...rest } = manifest;
  const facts: [string, string][] = [
    ['format', rest.format],
    ['made by', `${rest.producer}, ${rest.created}`],
    ['trained on', `${rest.dataset.name}, ${rest.dataset.rows} rows, sha256 ${rest.dataset.digest.slice(0, 12)}…, seed ${rest.seed}`],
    ...signature.inputs.map((each): [string, string] => ['takes', describe(each)]),
    ...(rest.scaling ? [['scaling', scalingWords(rest.scaling)] as [string, string]] : []),
    ...signature.outputs.map((each): [string, string] => ['gives', describe(each)]),
    ...(classNames ? [['classes', classNames.join(', ')] as [string, string]] : []),
    ['metrics', pairs(rest.metrics)],
    ['settings', pairs(rest.hyperparameters)],
    ...Object.entries(files).map(([path, { bytes, sha256 }]): [string, string] => [
      'file',
      `${path}, ${bytes} bytes, sha256 ${sha256.slice(0, 12)}…`,
    ]),
  ];
  for (const [title, text] of facts) terminal.line(`${title.padEnd(10)}  ${text}`);
}

/** @throws ArtifactError naming what is wrong with the files. */
export async function verifyModels(references: readonly string[], storePath: string, terminal: Terminal): Promise<boolean> {
  const store = openStore(storePath);
  const all = references.length > 0 ? references : await everyVersion(storePath);
  let good = true;
  for (const reference of all) {
    try {
      const { manifest } = await store.open(parseReference(reference));
      terminal.line(
        `${style('green', '✔')} ${manifest.name}:${manifest.version}: ${Object.keys(manifest.files).length} files as they were published`,
      );
      terminal.event('verified', { reference, good: true });
    } catch (error) {
      good = false;
      terminal.line(`${style('red', '✖')} ${(error as Error).message}`);
      terminal.event('verified', { reference, good: false, problem: (error as Error).message });
    }
  }
  return good;
}

async function everyVersion(storePath: string): Promise<string[]> {
  const store = openStore(storePath);
  const versions = await Promise.all(
    (await store.models()).map(async (name) => (await store.versions(name)).map((version) => `${name}:${version}`)),
  );
  return versions.flat();
}

function describe({ name, datatype, shape, range }: Manifest['signature']['inputs'][number]): string {
  return `${name}: ${datatype} [${shape.join(', ')}]${range ? `, values ${range.min} to ${range.max}` : ''}`;
}

function scalingWords({ scale, offset }: NonNullable<Manifest['scaling']>): string {
  const part = (value: number | readonly number[]): string => (Array.isArray(value) ? 'one a feature' : String(value));
  return `what clients send × ${part(scale)} + ${part(offset)} is what it was trained on`;
}

const pairs = (record: Readonly<Record<string, unknown>>): string =>
  Object.entries(record)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
