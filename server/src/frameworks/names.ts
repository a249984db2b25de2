import { inFolder } from './define.js';
import { baseName, migrationName, type WritePlace } from './framework.js';
import { areMoments, nextMoments } from './stamps.js';
import { namesBehind } from './version.js';

/**
 * Names for files that run behind all others: the moment where the last of them has one, else counted on in its style.
 * In: what a name has in front and behind, where the tool wants them: "Migration" and ".ts".
 */
export function nextNames(
  slugs: readonly string[],
  place: Pick<WritePlace, 'existing' | 'now' | 'directory'>,
  { ending = '.sql', separator = '_' }: { readonly ending?: string; readonly separator?: string } = {},
): string[] {
  const { existing, directory } = place;
  if (areMoments(existing)) {
    const moments = nextMoments(slugs.length, place);
    return slugs.map((slug, index) => inFolder(directory, `${moments[index]}${separator}${slug}${ending}`));
  }
  const nameOf = namesBehind(existing.map(baseName));
  return slugs.map((slug) => inFolder(directory, nameOf(slug)));
}

/** The same for tools that keep each migration in a folder of its own. */
export function nextFolders(
  slugs: readonly string[],
  { existing, now, project }: Pick<WritePlace, 'existing' | 'now' | 'project'>,
  file: string,
): string[] {
  if (areMoments(existing))
    return nextMoments(slugs.length, { existing, now }).map((moment, index) =>
      inFolder(project.root, `${moment}_${slugs[index]}/${file}`),
    );
  const nameOf = namesBehind(existing.map((path) => `${migrationName(path)}.sql`));
  return slugs.map((slug) => inFolder(project.root, `${nameOf(slug).replace(/\.sql$/, '')}/${file}`));
}
