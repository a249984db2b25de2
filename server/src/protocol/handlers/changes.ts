import { DidChangeConfigurationNotification, DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import { toolFiles } from '../../workspace/projects.js';
import type { Session } from '../session.js';
import { refreshLens } from './lens.js';
import type { Publisher } from './diagnostics.js';

/**
 * Files whose change on disk can change a result: earlier migrations, the configuration, what git writes on a commit, a
 * checkout or a fetch, because what stands on the default branch counts as applied, and what says which tool runs them.
 */
const watched = [
  '**/*.{sql,pgsql,psql}',
  '**/airlock.{config,stats}.json',
  '**/.git/{HEAD,FETCH_HEAD,logs/HEAD}',
  `**/{${toolFiles.join(',')}}`,
];

/** Follows edits, files on disk and settings, and has everything checked again that depends on them. */
export function handleChanges(session: Session, publisher: Publisher): { recheckAll(): void } {
  const { checker, connection, documents, features, memo, settings, status } = session;

  const recheckAll = (): void => {
    publisher.scheduleAll();
    if (features.pullsDiagnostics && features.refreshesDiagnostics) {
      // A client that is closing does not answer, and then there is nothing to refresh.
      connection.languages.diagnostics.refresh().catch(() => undefined);
    }
    refreshLens(session);
  };

  documents.onDidOpen(({ document }) => {
    memo.touch(document.uri);
    publisher.schedule(document.uri);
  });
  documents.onDidChangeContent(async ({ document }) => {
    memo.touch(document.uri);
    if ((await settings.get(document.uri)).run !== 'onSave') publisher.schedule(document.uri);
  });
  documents.onDidSave(({ document }) => publisher.schedule(document.uri));
  documents.onDidClose(({ document: { uri } }) => {
    session.held.forget(uri);
    memo.forget(uri);
    checker.closed(uri);
    settings.forget(uri);
    status.forget(uri);
    publisher.clear(uri);
  });

  session.typing.onRest((uri) => {
    if (features.pullsDiagnostics) recheckAll();
    else publisher.schedule(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (!checker.filesChanged(changes.map((change) => change.uri))) return;
    memo.clear();
    recheckAll();
  });
  connection.onDidChangeConfiguration(() => {
    settings.clear();
    memo.clear();
    recheckAll();
  });
  return { recheckAll };
}

/** Asks the client to report changes; called when it is ready for requests. */
export async function registerForChanges({ connection, features }: Session): Promise<void> {
  if (features.registersConfigurationChanges) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'airlock' });
  }
  if (features.registersFileWatchers) {
    const watchers = watched.map((globPattern) => ({ globPattern }));
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
}
