import { randomFillSync } from 'node:crypto';

const alphabet = Buffer.from('0123456789abcdefghijklmnopqrstuv');
const length = 26;
const bytes = Buffer.alloc(length * 128); // one system call an id would cost more than the id
let ids = '';
let used = 0;

/** A new prediction id as Seldon makes them: 130 random bits in base 32, 26 characters. */
export function newPuid(): string {
  if (used === ids.length) fill();
  return ids.slice(used, (used += length));
}

function fill(): void {
  randomFillSync(bytes);
  for (let index = 0; index < bytes.length; index++) bytes[index] = alphabet[(bytes[index] as number) & 31] as number;
  ids = bytes.toString('latin1');
  used = 0;
}
