import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from './docker.ts';
import { packTar, withoutTimes } from './tar.ts';

type Saved = { readonly Config: string; readonly Layers: readonly string[] };
type History = { created?: string; empty_layer?: boolean };

/** What the OCI image specification has of a configuration. Docker's older builder adds the container that it built in. */
type Configuration = {
  architecture: string;
  variant?: string;
  os: string;
  config: Record<string, unknown>;
  rootfs: { type: string; diff_ids: string[] };
  history: History[];
};

/** Of `config`. */
const specified = ['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal', 'Healthcheck'];

/**
 * Makes an image that was just built the same image at every build: takes out the times at which its folders were made and its steps run,
 * which neither builder of Docker 20.10 lets one set, and the id of the container in which it was built.
 *
 * @param base what it was built from; those layers stay
 * @param created the time that it states instead @returns the new id, which depends on base, contents and labels alone
 */
export async function settleImage(tag: string, base: string, created: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    await docker(['save', '--output', join(folder, 'saved.tar'), tag]);
    execFileSync('tar', ['-xf', 'saved.tar'], { cwd: folder });
    const read = (file: string): Buffer => readFileSync(join(folder, file));
    const [saved] = JSON.parse(read('manifest.json').toString()) as [Saved];
    const configuration = JSON.parse(read(saved.Config).toString()) as Configuration;
    const count = await layersOf(base);
    const layers = saved.Layers.map((file, index) => (index < count ? read(file) : withoutTimes(read(file))));
    const config = JSON.stringify(settled(configuration, layers, count, created));
    const id = digest(config);
    const names = layers.map((_, index) => `${index}.tar`);
    const manifest = JSON.stringify([{ Config: `${id}.json`, RepoTags: [tag], Layers: names }]);
    const archive = packTar([
      { name: `${id}.json`, data: Buffer.from(config) },
      ...layers.map((data, index) => ({ name: names[index]!, data })),
      { name: 'manifest.json', data: Buffer.from(manifest) },
    ]);
    const built = await docker(['image', 'inspect', '--format', '{{.Id}}', tag]);
    await docker(['load', '--quiet'], archive);
    if (built !== `sha256:${id}`) await docker(['rmi', built]).catch(() => ''); // what another image needs of it stays
    return `sha256:${id}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function settled({ architecture, variant, os, config, rootfs, history }: Configuration, layers: Buffer[], count: number, created: string) {
  const ours = startOf(history, count);
  return {
    architecture,
    ...(variant && { variant }),
    os,
    created,
    config: Object.fromEntries(specified.filter((key) => config[key]).map((key) => [key, config[key]])),
    rootfs: { ...rootfs, diff_ids: layers.map((layer, index) => (index < count ? rootfs.diff_ids[index] : `sha256:${digest(layer)}`)) },
    history: history.map((step, index) => (index < ours ? step : { ...step, created })),
  };
}

/** Where in the history the step is that made the layer after `layers`. */
function startOf(history: readonly History[], layers: number): number {
  const made = history.flatMap(({ empty_layer: empty }, index) => (empty ? [] : [index]));
  return made[layers] ?? history.length;
}

async function layersOf(image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{len .RootFS.Layers}}', image]));
}

const digest = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
