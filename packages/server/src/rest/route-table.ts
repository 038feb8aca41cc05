import type { Route } from './exchange.ts';

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** All routes of one path. A path that has no `:name` in it wins over one that has, and one whose name has a verb behind it over one without. */
export type RouteTable = (path: string) => { readonly matches: readonly Match[] };

type Segment = { readonly literal: string } | { readonly name: string; readonly suffix: string };
type Open = { readonly route: Route; readonly segments: readonly Segment[] };

/**
 * Open routes are kept by their first segment and their number of segments, so that a request is held against a few of them, however many
 * protocols there are.
 *
 * @example
 *     const find = routeTable(routes);
 *     find('/v2/models/iris/infer').matches[0]?.params;   // { model: 'iris' }
 *     find('/v1/models/iris:predict').matches[0]?.params; // { model: 'iris' }, of the route /v1/models/:model:predict
 */
export function routeTable(routes: readonly Route[]): RouteTable {
  const fixed = new Map<string, Match[]>();
  const [withVerb, open] = [new Map<string, Open[]>(), new Map<string, Open[]>()];
  for (const route of routes) {
    const segments = route.path.split('/').map(segmentOf);
    if (!route.path.includes('/:')) push(fixed, route.path, { route, params: {} });
    else push(segments.some(hasVerb) ? withVerb : open, keyOf(route.path.split('/')), { route, segments });
  }
  const met = new Map<string, Match[]>();
  return (path) => {
    const known = fixed.get(path) ?? met.get(path);
    if (known) return { matches: known };
    const parts = path.split('/');
    const among = (routes: readonly Open[] = []): Match[] =>
      routes.flatMap(({ route, segments }) => {
        const params = matchSegments(segments, parts);
        return params ? [{ route, params }] : [];
      });
    const verbs = among(withVerb.get(keyOf(parts)));
    const matches = verbs.length > 0 ? verbs : among(open.get(keyOf(parts)));
    if (met.size === mostMet) met.clear();
    if (matches.length > 0) met.set(path, matches);
    return { matches };
  };
}

/** Paths that are remembered with what they stand for. Clients ask for the same few; who makes up others gains nothing by it. */
const mostMet = 64;

function keyOf(parts: readonly string[]): string {
  return `${parts.length}/${parts[1]}`;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** `:model:predict` is any model, and then the verb; `::predict` is `:predict` itself. */
function segmentOf(text: string): Segment {
  if (!text.startsWith(':')) return { literal: text };
  const end = text.indexOf(':', 1);
  if (end === 1) return { literal: text.slice(1) };
  return end < 0 ? { name: text.slice(1), suffix: '' } : { name: text.slice(1, end), suffix: text.slice(end) };
}

const hasVerb = (segment: Segment): boolean => 'suffix' in segment && segment.suffix !== '';

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] as string;
    if ('literal' in segment) {
      if (segment.literal !== part) return undefined;
    } else {
      const { name, suffix } = segment;
      if (part.length <= suffix.length || !part.endsWith(suffix)) return undefined;
      params[name] = decode(suffix === '' ? part : part.slice(0, -suffix.length));
    }
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // then it names nothing that there is
  }
}

/** Takes the first prefix that fits off a path: with `/seldon/a`, `/seldon/a/ready` is `/ready`. A trailing slash is none. */
export function stripPrefix(path: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((each) => path.startsWith(each) && (path.length === each.length || path[each.length] === '/'));
  const rest = prefix === undefined ? path : path.slice(prefix.length);
  return rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest || '/';
}
