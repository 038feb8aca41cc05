import type { Route } from './exchange.ts';

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** All routes of one path. A path that has no `:name` in it wins over one that has. */
export type RouteTable = (path: string) => { readonly matches: readonly Match[] };

/**
 * @example
 *     const find = routeTable(routes);
 *     find('/v2/models/iris/infer').matches[0]?.params;   // { model: 'iris' }
 */
export function routeTable(routes: readonly Route[]): RouteTable {
  const fixed = new Map<string, Match[]>();
  const open: { readonly route: Route; readonly segments: readonly string[] }[] = [];
  for (const route of routes) {
    if (route.path.includes('/:')) open.push({ route, segments: route.path.split('/') });
    else fixed.set(route.path, [...(fixed.get(route.path) ?? []), { route, params: {} }]);
  }
  return (path) => {
    const found = fixed.get(path);
    if (found) return { matches: found };
    const parts = path.split('/');
    const matches = open.flatMap(({ route, segments }) => {
      const params = matchSegments(segments, parts);
      return params ? [{ route, params }] : [];
    });
    return { matches };
  };
}

function matchSegments(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] as string;
    if (!segment.startsWith(':')) {
      if (segment !== part) return undefined;
    } else if (part === '') return undefined;
    else params[segment.slice(1)] = decode(part);
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
