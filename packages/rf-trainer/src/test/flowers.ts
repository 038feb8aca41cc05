import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Flowers that differ by their numbers: a table as users bring it. */
export async function writeFlowers(folder: string, count = 300): Promise<string> {
  const file = join(folder, `flowers-${count}.csv`);
  const rows = Array.from({ length: count }, (_, row) => {
    const kind = row % 3;
    const noise = (Math.sin(row * 12.9898) * 43_758.5453) % 1;
    return `${(kind * 1.5 + noise).toFixed(4)},${(noise * 3).toFixed(4)},${['rose', 'tulip', 'lily'][kind]}`;
  });
  await writeFile(file, `length,width,species\n${rows.join('\n')}\n`);
  return file;
}
