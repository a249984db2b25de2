import type { Language, Parser, TreeCursor } from '@vscode/tree-sitter-wasm';
import type { HostLanguage } from '../code.js';
import type { SyntaxNode } from './tree.js';

/** Gives the bytes of one of the parser's files: "tree-sitter.wasm", "tree-sitter-python.wasm". */
export type ReadParserFile = (name: string) => Promise<Uint8Array> | Uint8Array;

/** A text longer than this (UTF-16 units) is no migration that a person has written. */
export const HOST_LENGTH_LIMIT = 2_000_000;

type TreeSitter = typeof import('@vscode/tree-sitter-wasm');

interface Loaded {
  readonly parsers: Map<HostLanguage, Parser>;
  readonly module: TreeSitter;
}

let loaded: Promise<Loaded> | undefined;
let ready: Loaded | undefined;
const languages = new Map<HostLanguage, Promise<void>>();

async function loadRuntime(read: ReadParserFile): Promise<Loaded> {
  const imported: TreeSitter & { readonly default?: TreeSitter } = await import('@vscode/tree-sitter-wasm');
  // Node gives a CommonJS module as `default`; a bundle has its names at hand.
  const module = imported.default ?? imported;
  // Its bytes are handed over, so that it looks for no file by itself.
  const options = { wasmBinary: await read('tree-sitter.wasm'), locateFile: (file: string) => file };
  await module.Parser.init(options);
  ready = { parsers: new Map(), module };
  return ready;
}

async function loadLanguage(language: HostLanguage, read: ReadParserFile): Promise<void> {
  loaded ??= loadRuntime(read);
  const { parsers, module } = await loaded;
  const grammar: Language = await module.Language.load(await read(`tree-sitter-${language}.wasm`));
  const parser = new module.Parser();
  parser.setLanguage(grammar);
  parsers.set(language, parser);
}

/** Loads the grammar of a language (10 to 80 ms, once). Await it before `parseTree` is asked for that language. */
export function initHostParser(language: HostLanguage, read: ReadParserFile): Promise<void> {
  let loading = languages.get(language);
  if (!loading) {
    loading = loadLanguage(language, read);
    languages.set(language, loading);
    // The next who asks may have better luck.
    loading.catch(() => languages.delete(language));
  }
  return loading;
}

/** The tree of a text, ERROR nodes in it where the grammar has no other word; undefined where the grammar is not loaded. */
export function parseTree(
  language: HostLanguage,
  text: string,
): { readonly root: SyntaxNode; readonly isBroken: boolean } | undefined {
  const parser = ready?.parsers.get(language);
  if (!parser || text.length > HOST_LENGTH_LIMIT) return undefined;
  const tree = parser.parse(text);
  if (!tree) return undefined;
  const cursor = tree.walk();
  try {
    return { root: asData(cursor), isBroken: tree.rootNode.hasError };
  } finally {
    cursor.delete();
    tree.delete();
  }
}

/** Copies the tree out of WebAssembly's memory, so that nobody has to free it. Without recursion: code may nest deep. */
function asData(cursor: TreeCursor): SyntaxNode {
  interface Open extends SyntaxNode {
    readonly children: SyntaxNode[];
  }
  const here = (): Open => ({
    type: cursor.nodeType,
    start: cursor.startIndex,
    end: cursor.endIndex,
    field: cursor.currentFieldName ?? '',
    named: cursor.nodeIsNamed,
    children: [],
  });
  const root = here();
  const open: Open[] = [root];
  if (!cursor.gotoFirstChild()) return root;
  for (;;) {
    const node = here();
    open.at(-1)?.children.push(node);
    if (cursor.gotoFirstChild()) {
      open.push(node);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      open.pop();
      cursor.gotoParent();
      if (open.length === 0) return root;
    }
  }
}
