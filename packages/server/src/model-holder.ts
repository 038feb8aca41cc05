import { InferenceError } from '@switchyard/protocol';
import { ArtifactError, expectFormat, type Artifact, type Store } from '@switchyard/artifact';
import { answersByRow } from './batching/answers-by-row.ts';
import { createBatcher, type BatchOptions } from './batching/batcher.ts';
import { afterwards } from './eventual.ts';
import type { Logger } from './log.ts';
import type { Model, ModelLoader } from './model.ts';
import { toServing, unavailable, type ModelSource, type Serving } from './model-source.ts';
import type { Repository } from './repository.ts';
import { warmUp } from './warm-up.ts';

export type HolderOptions = {
  readonly name: string;
  /** What is served when nobody says otherwise: a version, or `latest`. */
  readonly version: string;
  readonly store: Store;
  readonly load: ModelLoader;
  /** Formats of artifacts that `load` reads. */
  readonly formats: readonly string[];
  readonly log: Logger;
  /** Absent: every request is a call of the model. */
  readonly batching?: BatchOptions;
  /** Who is told of the rows of every call that requests share, by the version that answers it. */
  readonly onBatch?: (version: string) => (rows: number) => void;
};

export type ModelHolder = ModelSource & {
  readonly repository: Repository;
  version(): string | undefined;
  /**
   * Verifies, loads and warms up a version; then it serves, and the one before is disposed of as soon as its requests are through.
   * If anything fails, the one before goes on serving. Loads run one after the other.
   * @throws whatever the store or the loader threw; `ready()` states it until a load succeeds
   */
  load(version?: string): Promise<void>;
  /** Loads the version to be served if it is not the one that serves. */
  refresh(): Promise<void>;
  unload(): Promise<void>;
};

type Held = Serving & { readonly version: string; users: number; retired: boolean };

/** Keeps one model loaded, and swaps it under running requests. */
export function modelHolder(options: HolderOptions): ModelHolder {
  const { name, store, log } = options;
  let held: Held | undefined;
  let reason = 'no version is loaded yet';
  let loading = false;
  let queue: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => {});
    return turn;
  };

  function serve(next: Held | undefined): void {
    const before = held;
    held = next;
    if (!before) return;
    before.retired = true;
    if (before.users === 0) before.model.dispose();
  }

  async function latest(): Promise<string | undefined> {
    return store.latest(name).catch((error: unknown) => {
      log.warn({ err: error, model: name, serving: held?.version }, 'the store cannot be asked for another version');
      throw error;
    });
  }

  async function open(version = options.version): Promise<void> {
    loading = true;
    try {
      const artifact = await store.open(version === 'latest' ? { name } : { name, version });
      const model = await loadModel(artifact, options);
      const { version: loaded, scaling } = artifact.manifest;
      const batching = await batchingOf(toServing(model, { scaling }), options);
      const onBatch = options.onBatch?.(loaded);
      const serving = toServing(model, { scaling, batching: batching && { ...batching, ...(onBatch && { onBatch }) } });
      serve({ ...serving, version: loaded, users: 0, retired: false });
      log.info({ model: name, version: artifact.manifest.version, facts: model.facts }, 'serving');
    } catch (error) {
      reason = (error as Error).message;
      log.error(
        { err: error, model: name, version, serving: held?.version },
        held ? 'not loaded; the version before goes on serving' : 'not loaded',
      );
      throw error;
    } finally {
      loading = false;
    }
  }

  const holder: Omit<ModelHolder, 'repository'> = {
    name,
    current: () => held,
    version: () => held?.version,
    ready: () => (held ? true : { reason: loading ? `loading: ${reason}` : reason }),
    use(work) {
      const mine = held;
      if (!mine) throw unavailable(name, reason);
      mine.users++;
      return afterwards(
        () => work(mine),
        () => {
          mine.users--;
          if (mine.retired && mine.users === 0) mine.model.dispose();
        },
      );
    },
    load: (version) => inTurn(() => open(version)),
    refresh: () =>
      inTurn(async () => {
        const wanted = options.version === 'latest' ? await latest() : options.version;
        if (wanted !== held?.version) await open();
      }),
    unload: () =>
      inTurn(async () => {
        serve(undefined);
        reason = 'it was unloaded by request';
      }),
  };
  return { ...holder, repository: repository(holder, store, () => reason) };
}

async function loadModel(artifact: Artifact, { load, formats }: HolderOptions): Promise<Model> {
  expectFormat(artifact, formats);
  const { name, version } = artifact.manifest;
  const model = await load(artifact);
  try {
    await warmUp(toServing(model, artifact.manifest));
  } catch (error) {
    model.dispose();
    throw new Error(`model "${name}" version ${version} failed its first prediction: ${(error as Error).message}`, { cause: error });
  }
  return model;
}

/** Undefined where the model would answer other than alone. */
async function batchingOf(serving: Serving, { batching, log, name }: HolderOptions): Promise<BatchOptions | undefined> {
  if (!batching || !createBatcher(serving.model, batching)) return undefined;
  if (await answersByRow(serving)) return batching;
  log.warn({ model: name }, 'it answers several rows otherwise than each alone, so requests do not share its calls');
  return undefined;
}

function repository(holder: Omit<ModelHolder, 'repository'>, store: Store, why: () => string): Repository {
  const { name } = holder;
  const known = (model: string): void => {
    if (model !== name) throw new InferenceError('NOT_FOUND', `there is no model "${model}" here; this server serves "${name}"`);
  };
  return {
    async index() {
      const serving = holder.version();
      const versions = await store.versions(name).catch(() => []);
      if (serving === undefined) return [{ name, state: 'UNAVAILABLE', reason: why() }];
      return [...new Set([...versions, serving])].map((version) => ({
        name,
        version,
        state: version === serving ? ('READY' as const) : ('UNAVAILABLE' as const),
        reason: version === serving ? '' : `version ${serving} serves`,
      }));
    },
    async load(model, version) {
      known(model);
      await holder.load(version).catch((error: Error) => {
        const code = error instanceof ArtifactError && error.code === 'NOT_FOUND' ? 'NOT_FOUND' : 'FAILED_PRECONDITION';
        throw new InferenceError(code, `model "${name}" was not loaded: ${error.message}`, { cause: error });
      });
    },
    async unload(model) {
      known(model);
      await holder.unload();
    },
  };
}
