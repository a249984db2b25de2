import { fileURLToPath, pathToFileURL } from 'node:url';

/** A path with forward slashes as a file URI. */
export function uriOfPath(path: string): string {
  return pathToFileURL(path).href;
}

/**
 * The path of a document, with forward slashes. A document that is not saved yet has the path that it will be saved
 * to, when it has one, else a name in `folder`. Undefined for documents of other schemes.
 */
export function pathOfUri(uri: string, folder: string | undefined): string | undefined {
  const scheme = uri.slice(0, uri.indexOf(':'));
  if (scheme === 'file') return filePath(uri);
  if (scheme !== 'untitled') return undefined;
  const rest = uri.slice('untitled:'.length);
  if (rest.startsWith('/')) return filePath(`file://${rest.startsWith('//') ? rest.slice(2) : rest}`);
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

function filePath(uri: string): string | undefined {
  try {
    return fileURLToPath(uri).replaceAll('\\', '/');
  } catch {
    // A file on another host, or with an encoded slash: nothing that can be read here.
    return undefined;
  }
}

/** The text behind percent signs; as it stands where they are none of an encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
