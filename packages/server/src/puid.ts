import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789abcdefghijklmnopqrstuv';
const length = 26;
const pool = new Uint8Array(length * 128); // one system call an id would cost more than the id
let used = pool.length;

/** A new prediction id as Seldon makes them: 130 random bits in base 32, 26 characters. */
export function newPuid(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let puid = '';
  for (let index = 0; index < length; index++) puid += alphabet[(pool[used + index] as number) & 31];
  used += length;
  return puid;
}
