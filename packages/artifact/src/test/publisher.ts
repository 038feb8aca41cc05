import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBucket } from '../object/open-bucket.ts';
import { publishObjects } from '../object/publish-objects.ts';
import { publishInto } from '../publish.ts';
import { draft, writing } from './draft.ts';

/*
 * A publisher as a process of its own: publisher.ts <store> <name> <times> [<fatal step>], the store a folder or an address
 * Says "ready", waits for a line, publishes so many times, prints the versions. At the fatal step it dies as by `kill -9`.
 */
const [store = '', name = '', times = '1', fatal] = process.argv.slice(2);
const publishAt = store.includes('://')
  ? publishObjects.bind(undefined, openBucket(store))
  : publishInto.bind(undefined, join(store, name));
const dieAt = (step: string): void => void (step === fatal && process.kill(process.pid, 'SIGKILL'));

process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
for (let time = 0; time < Number(times); time++) {
  const version = await publishAt(
    name,
    async (directory) => {
      await writeFile(join(directory, 'half.bin'), 'half of ');
      dieAt('writing');
      await writing({ 'half.bin': `whole, by ${process.pid}`, 'folder/more.bin': 'more' })(directory);
      return draft;
    },
    dieAt,
  );
  process.stdout.write(`${version}\n`);
}
process.stdin.destroy();
