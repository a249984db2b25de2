import { homelessName, isHomeless, pathOfUri, uriOfPath } from './file-uris.js';
import type { EditorSettings } from './messages/messages.js';

/** What an agent of the editor asks. */
export interface AgentCall {
  readonly name: string;
  readonly input: unknown;
}

/** What it gets: data, or one sentence that says why there are none. */
export type AgentAnswer = { readonly found: Record<string, unknown> } | { readonly refusal: string };

/** What a call may look at, and how. */
export interface AgentDesk {
  readonly folders: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
  pathOf(name: string): string | undefined;
  settingsFor(path: string): Promise<Pick<EditorSettings, 'searchCode'> & { readonly postgres?: number | string }>;
  readonly signal: AbortSignal;
}

/** Answers agents. The tools stand in a layer beside this one, and are handed in. Rejects when the call is cancelled. */
export type AnswerAgent = (call: AgentCall, desk: AgentDesk) => Promise<AgentAnswer>;

export interface DeskParts {
  /** URIs of the open folders. */
  readonly folders: readonly string[];
  /** URI and text of the open documents. */
  readonly documents: Iterable<readonly [string, string]>;
  settingsOf(uri: string): Promise<EditorSettings>;
  readonly signal: AbortSignal;
}

/**
 * What an agent may look at in the editor: the open folders in which Airlock is on, with the open documents as they
 * stand on the screen, and the settings of the editor. Undefined where it is off in all of them.
 */
export async function agentDesk({ folders, documents, settingsOf, signal }: DeskParts): Promise<AgentDesk | undefined> {
  const paths = folders.flatMap((uri) => pathOfUri(uri, undefined) ?? []);
  const on = await Promise.all(paths.map(async (path) => (await settingsOf(uriOfPath(path))).enable !== false));
  const open = paths.filter((_, index) => on[index]);
  if (open.length === 0 && paths.length > 0) return undefined;
  const [first] = open;
  const homeless = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const [uri, text] of documents) {
    const path = pathOfUri(uri, first);
    if (path === undefined) continue;
    texts.set(path, text);
    if (isHomeless(uri)) homeless.set(homelessName(uri), path);
  }
  return {
    folders: open,
    texts,
    signal,
    pathOf: (name) => homeless.get(name) ?? (/^(?:file|untitled):/.test(name) ? pathOfUri(name, first) : undefined),
    settingsFor: async (path) => {
      const folder = open.find((each) => path.startsWith(`${each}/`)) ?? first;
      const { postgres, searchCode = true } = folder === undefined ? {} : await settingsOf(uriOfPath(folder));
      return { searchCode, ...(postgres == null ? {} : { postgres }) };
    },
  };
}
