import type { RedisClientType } from 'redis';
import { type ArmSums, StateError, type Totals } from './arm-state.ts';

/** Any client of Redis that can do what is needed here. */
export type Client = Pick<RedisClientType, 'eval' | 'hGetAll'>;

/** Names the hash of one router: `switchyard:<namespace>:<deployment>:<predictor>:<unit>`. */
export function redisKey(...names: readonly [namespace: string, deployment: string, predictor: string, unit: string]): string {
  return ['switchyard', ...names.map(encodeURIComponent)].join(':');
}

/** A writer's last number is kept so long: no batch is sent again later than that. */
const rememberSeconds = 24 * 60 * 60;

/**
 * Adds a batch, wholly or not at all (a script that fails half way is not rolled back, so all is looked at first), and answers with all sums.
 * Batches of one writer are numbered: one that comes again, since only its answer was lost, changes nothing.
 */
const addScript = `
local last = redis.call('GET', KEYS[2])
if last and tonumber(last) >= tonumber(ARGV[1]) then return redis.call('HGETALL', KEYS[1]) end
for at = 3, #ARGV, 2 do
  local have = redis.call('HGET', KEYS[1], ARGV[at]) or '0'
  if not string.match(have, '^-?%d+$') then
    return redis.error_reply('ERR the field ' .. ARGV[at] .. ' is ' .. have .. ', not a whole number')
  end
  if math.abs(tonumber(have) + tonumber(ARGV[at + 1])) > 9e18 then
    return redis.error_reply('ERR the field ' .. ARGV[at] .. ' is ' .. have .. ', too near to the end of 64 bits to add to it')
  end
end
for at = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
return redis.call('HGETALL', KEYS[1])`;

/** Puts the given fields where nothing is. */
const restoreScript = `
if #ARGV == 0 or redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1`;

/** Fields of the hash and their values. */
export type Fields = Iterable<readonly [field: string, value: string]>;

export type Numbered = { readonly writer: string; readonly number: number; readonly sums: Totals };

/** Adds a batch; all fields and values of the hash then, for `decodeTotals`. The writer's number is beside the hash, in the same slot of a Redis cluster. */
export async function addBatch(client: Client, key: string, { writer, number, sums }: Numbered): Promise<Fields> {
  const keys = [key, `switchyard:writer:{${key}}:${writer}`];
  const flat = await client.eval(addScript, { keys, arguments: [String(number), String(rememberSeconds), ...fieldsOf(sums)] });
  return pairs(flat as unknown as string[]);
}

export async function readFields(client: Client, key: string): Promise<Fields> {
  return Object.entries(await client.hGetAll(key));
}

/** Writes these totals unless the hash is there; whether it did. */
export async function restore(client: Client, key: string, totals: Totals): Promise<boolean> {
  return Number(await client.eval(restoreScript, { keys: [key], arguments: fieldsOf(totals) })) === 1;
}

const fieldsOf = (totals: Totals): string[] =>
  [...totals].flatMap(([arm, { rows, micros }]) => [`rows:${arm}`, String(rows), `micros:${arm}`, String(micros)]);

/**
 * The sums in a hash's fields. Fields of other names are others' to read.
 * @throws StateError for a field that is not a whole number
 */
export function decodeTotals(fields: Fields): Totals {
  const found = new Map<string, ArmSums>();
  for (const [field, text] of fields) {
    const [, kind, arm] = /^(rows|micros):(.*)$/s.exec(field) ?? [];
    if (kind === undefined || arm === undefined) continue;
    if (!/^-?\d+$/.test(text)) throw new StateError(`the field "${field}" is "${text}", not a whole number`);
    found.set(arm, { rows: 0, micros: 0, ...found.get(arm), [kind]: Number(text) });
  }
  return found;
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2] as string, flat[index * 2 + 1] as string]);
}
