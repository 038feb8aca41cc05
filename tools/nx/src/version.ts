import { readJson, updateJson, type ProjectGraph, type Tree } from '@nx/devkit';
import { VersionActions } from 'nx/release';

type Manifest = { version: string; dependencies?: Record<string, string> };

/**
 * How `nx release` reads and writes the version of a package: its package.json is all there is. Packages depend on each
 * other as "*", the copy in this workspace, so a new version of one changes no other.
 */
export default class PackageVersion extends VersionActions {
  override validManifestFilenames: string[] = ['package.json'];

  get #manifest(): string {
    return `${this.projectGraphNode.data.root}/package.json`;
  }

  override async readCurrentVersionFromSourceManifest(tree: Tree): Promise<{ currentVersion: string; manifestPath: string }> {
    return { currentVersion: readJson<Manifest>(tree, this.#manifest).version, manifestPath: this.#manifest };
  }

  override async readCurrentVersionFromRegistry(): Promise<null> {
    return null; // images and tags are published, not npm packages
  }

  override async readCurrentVersionOfDependency(
    tree: Tree,
    _graph: ProjectGraph,
    dependency: string,
  ): Promise<{ currentVersion: string | null; dependencyCollection: string | null }> {
    const { dependencies = {} } = readJson<Manifest>(tree, this.#manifest);
    return { currentVersion: dependencies[dependency] ?? null, dependencyCollection: 'dependencies' };
  }

  override async updateProjectVersion(tree: Tree, version: string): Promise<string[]> {
    updateJson(tree, this.#manifest, (manifest: Manifest) => ({ ...manifest, version }));
    return [`${this.#manifest} is now ${version}`];
  }

  override async updateProjectDependencies(): Promise<string[]> {
    return [];
  }
}
