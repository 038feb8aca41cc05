import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Flowers that differ by their numbers: a table as users bring it. */
export async function writeFlowers(folder: string): Promise<string> {
  const file = join(folder, 'flowers.csv');
  const rows = Array.from({ length: 300 }, (_, row) => {
    const kind = row % 3;
    const noise = (Math.sin(row * 12.9898) * 43_758.5453) % 1;
    return `${(kind * 1.5 + noise).toFixed(4)},${(noise * 3).toFixed(4)},${['rose', 'tulip', 'lily'][kind]}`;
  });
  await writeFile(file, `length,width,species\n${rows.join('\n')}\n`);
  return file;
}
