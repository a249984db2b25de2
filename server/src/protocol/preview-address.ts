/**
 * The address by which VS Code's preview of Markdown opens a file from a document that is in no folder. It takes an
 * address that begins with "/" for one below the first folder of the workspace, and lets none through that says
 * "file:". In: absolute paths with "/". Out: undefined where there is no folder.
 */
export function previewAddress(path: string, firstFolder: string | undefined): string | undefined {
  if (firstFolder === undefined) return undefined;
  const [from, to] = [firstFolder, path].map((each) => each.split('/').filter((part) => part !== ''));
  if (!from || !to) return undefined;
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  const up = from.slice(same).map(() => '..');
  return `/${[...up, ...to.slice(same).map(encoded)].join('/')}`;
}

/** A part of a path, without what would end a link in Markdown. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[()]/g, (mark) => (mark === '(' ? '%28' : '%29'));
}
