import { isAlias, LineCounter, parseAllDocuments, visit, type Document } from 'yaml';
import { DeploymentError } from './problem.ts';

/**
 * The objects in a file of YAML or JSON, many documents and `kind: List` included. Members that are null are left out: to Kubernetes they are
 * not there.
 * @throws DeploymentError with line and column where the text is neither.
 */
export function readObjects(text: string, source: string): unknown[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const parsed: readonly Document[] = Array.isArray(documents) ? documents : [];
  const errors = parsed.flatMap((document) => document.errors);
  if (errors.length > 0)
    throw new DeploymentError(
      source,
      errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { path: '', message: `line ${line}, column ${col}: ${error.message}` };
      }),
    );
  return parsed.flatMap((document) => unlist(withoutNulls(plain(document, source))));
}

/** An alias within its own anchor would make an object that contains itself. */
function plain(document: Document, source: string): unknown {
  visit(document, {
    Alias(_key, alias, path) {
      const target = alias.resolve(document);
      if (target && path.some((node) => node === target) && isAlias(alias))
        throw new DeploymentError(source, [
          { path: '', message: `*${alias.source} stands within &${alias.source} itself: the graph is circular` },
        ]);
    },
  });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new DeploymentError(source, [{ path: '', message: (error as Error).message }]);
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null || each === undefined ? [] : [[key, withoutNulls(each)]])),
  );
}

function unlist(value: unknown): unknown[] {
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [value];
}
