import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryFolder } from '../native/native-library.ts';

const setUp = join(import.meta.dirname, '../native/set-up.ts');
const conditions = '--conditions=@switchyard/source';
const open = "const { openTensorFlow } = await import('@switchyard/tensorflow'); const { backend, reason } = await openTensorFlow();";

export type Ended = { readonly status: number | null; readonly said: string };

/** A user who has nothing yet: a home of their own, and by `offline` no way to a registry but a proxy that is not there. */
export class Machine {
  readonly home = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor({ offline = false, ...more }: { offline?: boolean } & Record<string, string | boolean> = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(SWITCHYARD_|XDG_|npm_|NODE_OPTIONS)/.test(name));
    const dead = Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, 'http://127.0.0.1:1']));
    this.#env = {
      ...Object.fromEntries(inherited),
      ...(offline && dead),
      npm_config_fetch_retries: '0', // by itself npm tries for more than a minute
      ...(more as Record<string, string>),
      HOME: this.home,
      NODE_USE_ENV_PROXY: '1',
    };
    this.folder = libraryFolder({ SWITCHYARD_TENSORFLOW_CACHE: join(this.home, '.cache/switchyard/tensorflow') });
    mkdirSync(join(this.folder, '..'), { recursive: true });
  }

  /** What `npm start` and `npm test` run, to its end. */
  async setUp(): Promise<Ended> {
    const child = this.begin();
    let said = '';
    child.stdout!.on('data', (data) => (said += data));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, said };
  }

  /** The same, under way. */
  begin(): ChildProcess {
    return spawn(process.execPath, [conditions, setUp], { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** What a program computes with that asks for the best there is: one line, as `wasm, WebAssembly …; native: its library is not set up`. */
  computes(): string {
    const script = `${open} console.log(backend + ', ' + reason); process.exit(0);`;
    return this.run('--input-type=module', '--eval', script);
  }

  run(...parameters: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [conditions, ...parameters], {
      cwd: import.meta.dirname,
      env: this.#env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
