import { readVersion } from '../analysis/server-version.js';
import type { Connection } from 'vscode-languageserver';
import type { ClientFeatures } from './client-features.js';
import type { EditorSettings } from './messages/messages.js';

/** The editor's settings, asked for each document and kept until they change. */
export interface EditorSettingsCache {
  /** The settings for a document; the defaults when the client cannot say. */
  get(uri: string): Promise<EditorSettings>;
  /** Forgets everything: some setting has changed. */
  clear(): void;
  /** Forgets a document that was closed. */
  forget(uri: string): void;
}

/** Made once for each connection. */
export function createEditorSettings(connection: Connection, features: ClientFeatures): EditorSettingsCache {
  const cache = new Map<string, Promise<EditorSettings>>();
  const ask = async (scopeUri: string): Promise<EditorSettings> => {
    try {
      const answer: unknown = await connection.workspace.getConfiguration({ scopeUri, section: 'airlock' });
      return typeof answer === 'object' && answer !== null ? readSettings(answer as Record<string, unknown>) : {};
    } catch {
      // A client that promised to answer and does not must not cost the person the diagnostics.
      return {};
    }
  };
  return {
    get(uri) {
      if (!features.answersConfiguration) return Promise.resolve({});
      const known = cache.get(uri) ?? ask(uri);
      cache.set(uri, known);
      return known;
    },
    clear: () => cache.clear(),
    forget: (uri) => cache.delete(uri),
  };
}

/** Takes what is valid; the rest counts as not set, because VS Code itself marks it in the settings editor. */
function readSettings(raw: Record<string, unknown>): EditorSettings {
  const { enable, run, postgres, searchCode } = raw;
  const codeLens = enabledIn(raw.codeLens);
  const inlayHints = enabledIn(raw.inlayHints);
  return {
    ...(typeof enable === 'boolean' ? { enable } : {}),
    ...(typeof searchCode === 'boolean' ? { searchCode } : {}),
    ...(codeLens === undefined ? {} : { codeLens }),
    ...(inlayHints === undefined ? {} : { inlayHints }),
    ...(run === 'onType' || run === 'onSave' ? { run } : {}),
    ...((typeof postgres === 'number' || typeof postgres === 'string') && readVersion(postgres) ? { postgres } : {}),
  };
}

/** The value of "airlock.codeLens.enabled" and its like. */
function enabledIn(raw: unknown): boolean | undefined {
  if (typeof raw !== 'object' || raw === null || !('enabled' in raw)) return undefined;
  return typeof raw.enabled === 'boolean' ? raw.enabled : undefined;
}
