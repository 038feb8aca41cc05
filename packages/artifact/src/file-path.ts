/** The manifest's own file, at the top of an artifact. */
export const manifestFile = 'model.json';

export const filePathRule =
  'a file of an artifact is named by a relative path of a–z, A–Z, 0–9 and ". _ - + = @ ," with "/" between folders, without ".." and not "model.json"';

/** A path that is one and the same on every file system, in an archive, in an address, and that never leaves the artifact's folder. */
export function isFilePath(path: string): boolean {
  return (
    path !== manifestFile && path.split('/').every((part) => /^[A-Za-z0-9._+=@,-]+$/.test(part) && !['.', '..', '__proto__'].includes(part))
  );
}
