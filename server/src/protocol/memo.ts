import type { TextDocument } from 'vscode-languageserver-textdocument';

/** Keeps the last result of each open document for as long as nothing it depends on has changed. */
export interface Memo<T> {
  /** The result for the document as it stands now, made when there is none. A rejected one is not kept. */
  get(document: TextDocument): Promise<T>;
  /** The last result, even if the document has changed since; undefined when there was none. */
  last(uri: string): T | undefined;
  /** A document's text changed: the results of all others depend on it, since it may be their history. */
  touch(uri: string): void;
  /** Everything changed: configuration, files on disk. */
  clear(): void;
  forget(uri: string): void;
}

interface Entry<T> {
  readonly version: number;
  /** A client may open a document twice, or give two texts one version. */
  readonly text: string;
  /** Changes of anything but this document at the time. */
  readonly others: number;
  readonly result: Promise<T>;
}

/** Makes a memo over `make`, which is called at most once for each state of a document and of what surrounds it. */
export function createMemo<T>(make: (document: TextDocument) => Promise<T>): Memo<T> {
  const entries = new Map<string, Entry<T>>();
  const settled = new Map<string, T>();
  const own = new Map<string, number>();
  let total = 0;
  const others = (uri: string): number => total - (own.get(uri) ?? 0);
  return {
    get(document) {
      const known = entries.get(document.uri);
      const text = document.getText();
      const isKnown = known?.version === document.version && known.text === text;
      if (isKnown && known.others === others(document.uri)) return known.result;
      const result = make(document);
      const entry: Entry<T> = { version: document.version, text, others: others(document.uri), result };
      entries.set(document.uri, entry);
      result.then(
        (value) => {
          if (entries.get(document.uri) === entry) settled.set(document.uri, value);
        },
        () => {
          if (entries.get(document.uri) === entry) entries.delete(document.uri);
        },
      );
      return result;
    },
    last: (uri) => settled.get(uri),
    touch(uri) {
      total += 1;
      own.set(uri, (own.get(uri) ?? 0) + 1);
    },
    clear() {
      total += 1;
    },
    forget(uri) {
      entries.delete(uri);
      settled.delete(uri);
      // What it counted for itself now counts for everybody, which only makes the others look again.
      own.delete(uri);
    },
  };
}
