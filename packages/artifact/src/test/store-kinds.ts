import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { behindFolder, isThere, startGcs, startVersity, type ObjectServer } from './server.ts';
import { temporaryFolder } from './folder.ts';

/** A kind of store that can be tried here, on real servers; each has its files in a folder, too, where they can be damaged. */
export type StoreKind = {
  readonly kind: string;
  /** Whether the program that it needs is not on the PATH. */
  readonly missing: boolean;
  readonly start: () => Promise<ObjectServer>;
};

export const storeKinds: readonly StoreKind[] = [
  { kind: 'folder', missing: false, start: startFolders },
  { kind: 's3', missing: !isThere('versitygw'), start: startVersity },
  { kind: 'gs', missing: !isThere('fake-gcs-server'), start: startGcs },
];

async function startFolders(): Promise<ObjectServer> {
  const uri = (): string => {
    const folder = join(temporaryFolder(), 'models');
    mkdirSync(folder);
    return folder;
  };
  return { uri, environment: {}, url: '', path: join, behind: (root) => behindFolder((key) => join(root, key)), stop: async () => {} };
}
