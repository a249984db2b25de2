/**
 * Paths and URIs. The core names a file by an absolute path with forward slashes. Of a file on disk that is the disk's;
 * of one of another file system, as a browser has them, the scheme and the authority of its URI stand in front as one
 * folder: "/vscode-vfs:github/owner/repo/a.sql" for "vscode-vfs://github/owner/repo/a.sql", "/memfs:/a.sql" for "memfs:/a.sql".
 */

const onWindows = typeof process !== 'undefined' && process.platform === 'win32';

/** The scheme and the authority of another file system, as a folder. */
const otherSystem = /^\/([a-z][\w+.-]+):([^/]*)(\/.*)?$/i;

/** A path with forward slashes as a URI. */
export function uriOfPath(path: string): string {
  const [, scheme, authority = '', below = '/'] = otherSystem.exec(path) ?? [];
  if (scheme !== undefined) {
    const encoded = below.split('/').map(encodeURIComponent).join('/');
    return authority === '' ? `${scheme}:${encoded}` : `${scheme}://${authority}${encoded}`;
  }
  // A server and its share, as Windows writes them.
  const [, host, share] = /^\/\/([^/]+)(\/.*)$/.exec(path) ?? [];
  const uri = new URL(`file://${host ?? ''}`);
  // What Node encodes beside what every URL does.
  uri.pathname = (share ?? path).replace(/[%\\\n\r\t[\]^|~]/g, percent);
  return uri.href;
}

/**
 * The path of a document, with forward slashes. A document that is not saved yet has the path that it will be saved
 * to, when it has one, else a name in `folder`. Undefined for documents that are no files, such as those of an output.
 */
export function pathOfUri(uri: string, folder: string | undefined, isWindows = onWindows): string | undefined {
  const scheme = uri.slice(0, uri.indexOf(':'));
  if (scheme === 'file') return filePath(uri, isWindows);
  if (scheme !== 'untitled') return otherPath(uri);
  const rest = uri.slice('untitled:'.length);
  if (rest.startsWith('/')) return unsavedPath(rest, folder, isWindows);
  return `${folder ?? ''}/${decoded(rest).replaceAll('/', '_')}.sql`;
}

/** True for a document that is neither saved nor has a place to be saved to. */
export function isHomeless(uri: string): boolean {
  return uri.startsWith('untitled:') && !uri.startsWith('untitled:/');
}

/** What an editor calls such a document: the last part of its URI. */
export function homelessName(uri: string): string {
  return decoded(uri.slice('untitled:'.length));
}

/** A character of ASCII, encoded. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Where a document will be saved: its URI has the path, and the file system is that of the folder. */
function unsavedPath(rest: string, folder: string | undefined, isWindows: boolean): string | undefined {
  const [, scheme, authority = ''] = otherSystem.exec(folder ?? '') ?? [];
  const below = rest.replace(/^\/\/[^/]*(?=\/)/, '');
  if (scheme !== undefined) return otherPath(`${scheme}:${authority === '' ? '' : `//${authority}`}${below}`);
  return filePath(`file://${rest.startsWith('//') ? rest.slice(2) : rest}`, isWindows);
}

/** The path of a file on another file system; undefined where a URI says more than where a file stands. */
function otherPath(uri: string): string | undefined {
  const [, scheme, authority, below = ''] = /^([a-z][\w+.-]+):(?:\/\/([^/?#]*))?(\/[^?#]*)?$/i.exec(uri) ?? [];
  if (scheme === undefined || (authority === undefined && below === '') || hasEncodedSlash(below)) return undefined;
  // The root of a file system is named without the slash behind it, as folders are.
  return `/${scheme}:${authority ?? ''}${decoded(below).replace(/\/$/, '')}`;
}

function filePath(uri: string, isWindows: boolean): string | undefined {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    return undefined;
  }
  // An encoded slash, or a file on another host: nothing that can be read here.
  if (hasEncodedSlash(url.pathname) || (isWindows && /%5c/i.test(url.pathname))) return undefined;
  const path = strictlyDecoded(url.pathname);
  if (!isWindows || path === undefined) return url.hostname === '' ? path : undefined;
  if (url.hostname !== '') return `//${url.hostname}${path}`;
  return /^\/[a-z]:/i.test(path) ? path.slice(1).replaceAll('\\', '/') : undefined;
}

function hasEncodedSlash(text: string): boolean {
  return /%2f/i.test(text);
}

function strictlyDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The text behind percent signs; as it stands where they are none of an encoding. */
function decoded(text: string): string {
  return strictlyDecoded(text) ?? text;
}
