import { elements, InferenceError, members, type Span } from '@switchyard/protocol';

/** What is taken out of the JSON of events: a tree of the paths, or the whole body. */
export type Redaction = 'all' | Rule;

/** A step on the paths: where they go on from it, and whether one of them ends here. */
export type Rule = { readonly members: Map<string, Rule>; any?: Rule; whole?: true };

const newRule = (): Rule => ({ members: new Map() });

/**
 * Reads paths, separated by commas: `data.ndarray, inputs[*].data, instances[*].name, meta.tags.*`. `*` is any member, `[*]` any element; an
 * element by its number is `[3]`. A lone `*` is the whole body. Undefined for none.
 * @throws Error that names the path
 */
export function readRedaction(text: string): Redaction | undefined {
  const paths = text.split(',').flatMap((part) => part.trim() || []);
  if (paths.length === 0) return undefined;
  if (paths.includes('*')) return 'all';
  const root = newRule();
  for (const path of paths) {
    let rule = root;
    for (const step of stepsOf(path)) rule = step === '*' ? (rule.any ??= newRule()) : child(rule, step);
    rule.whole = true;
  }
  return root;
}

function child({ members }: Rule, name: string): Rule {
  let rule = members.get(name);
  if (rule === undefined) members.set(name, (rule = newRule()));
  return rule;
}

function stepsOf(path: string): string[] {
  if (!/^[^.[\]]+(?:\.[^.[\]]+|\[(?:\*|[0-9]+)\])*$/.test(path)) {
    throw new Error(`"${path}" is no path such as data.ndarray, inputs[*].data or meta.tags.*`);
  }
  return path.split(/\.|\[/).map((step) => (step.endsWith(']') ? step.slice(0, -1) : step));
}

/**
 * JSON in which the values at the paths are null; all else is as it came, byte for byte. Undefined where it cannot be told what is where,
 * since it is not JSON.
 */
export function redactJson(body: Buffer, redaction: Rule): Buffer | undefined {
  try {
    JSON.parse(body.toString()); // of what is not valid, no position can be trusted
    const cuts: [number, number][] = [];
    const start = body.findIndex((byte) => byte > 0x20);
    find(body.subarray(start), start, [redaction], cuts);
    const parts: Buffer[] = [];
    let at = 0;
    for (const [start, end] of cuts) {
      parts.push(body.subarray(at, start), nothing);
      at = end;
    }
    return Buffer.concat([...parts, body.subarray(at)]);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof InferenceError) return undefined;
    throw error;
  }
}

const nothing = Buffer.from('null');

/** Notes where values stand that are to go, in their order. `rules` are those of the paths that lead here. */
function find(value: Buffer, offset: number, rules: readonly Rule[], cuts: [number, number][]): void {
  const first = value[0];
  const parts: readonly (Span & { readonly name: string })[] =
    first === 0x7b ? members(value) : first === 0x5b ? elements(value).map((span, index) => ({ ...span, name: String(index) })) : [];
  for (const { name, start, end } of parts) {
    const next = rules.flatMap(({ members, any }) => [members.get(name), any].filter((rule) => rule !== undefined));
    if (next.length === 0) continue;
    if (next.some(({ whole }) => whole)) cuts.push([offset + start, offset + end]);
    else find(value.subarray(start, end), offset + start, next, cuts);
  }
}
