import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Checked } from '../checker.js';
import { methods } from '../messages/messages.js';
import { notInABrowser } from '../messages/not-in-a-browser.js';
import type { ContinueChangeParams, OpenChangesParams } from '../messages/open-changes.js';
import type {
  CaptureStatisticsParams,
  CheckDocumentParams,
  MigrationFoldersParams,
  MissingRollbacksParams,
  NewMigrationParams,
  PatternChoicesParams,
  PatternPageParams,
  RehearseParams,
  RollbackParams,
  RulePageParams,
  SafeMigrationParams,
} from '../messages/messages.js';
import type { RunbookParams, SchemaPageParams } from '../messages/documents.js';
import type { PendingDetailsParams } from '../messages/pending.js';
import type { RehearsalWatch } from '../rehearsals.js';
import { DocumentClosed } from '../safely.js';
import { pageOfPattern, patternSummaries } from '../safe-migrations.js';
import type { Session } from '../session.js';
import type { CaptureStatistics } from '../statistics.js';

/**
 * Answers the requests of our own clients; `recheckAll` has open documents checked again. An error goes back to the
 * person who asked, with its message. `capture` asks a server for table sizes, where one can be reached.
 */
export function handleCustomRequests(
  session: Session,
  recheckAll: () => void,
  capture: CaptureStatistics | undefined,
): void {
  const { checker, connection, documents, memo } = session;
  const forDocument = <T, P extends { uri: string }>(
    method: string,
    answer: (checked: Checked, params: P) => T,
  ): void => {
    connection.onRequest(method, async (params: P) => {
      const { uri } = params;
      const document = documents.get(uri);
      if (document === undefined) throw failed(`Open ${uri} in an editor first.`);
      try {
        return answer(await memo.get(document), params);
      } catch (error) {
        if (error instanceof DocumentClosed) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
        throw error;
      }
    });
  };
  connection.onRequest(methods.rollback, async ({ uri, prove }: RollbackParams, token) => {
    const document = documents.get(uri);
    if (document === undefined) throw failed(`Open ${uri} in an editor first.`);
    return checker.rollback(await memo.get(document), prove === true ? watchFor(session, token) : undefined);
  });
  connection.onRequest(methods.rehearse, (params: RehearseParams, token) => {
    if (params.url !== undefined && !session.features.trusted)
      throw failed('Trust this workspace first: a server is asked.');
    return checker.rehearse(params, watchFor(session, token)).catch(inWords);
  });
  connection.onRequest(methods.missingRollbacks, ({ uri }: MissingRollbacksParams) => checker.missingRollbacks(uri));
  connection.onRequest(methods.captureStatistics, (params: CaptureStatisticsParams, token) => {
    if (!session.features.trusted) throw failed('Trust this workspace first: a server is asked.');
    if (capture === undefined) throw failed(notInABrowser.sizes);
    const signal = signalOf(token);
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled')));
    });
    const taken = capture(params, signal).catch((error: Error) => {
      throw failed(error.message);
    });
    return Promise.race([taken, cancelled]);
  });
  connection.onRequest(methods.pendingMigrations, () => checker.pendingMigrations());
  forDocument(methods.schemaPage, (checked, params: SchemaPageParams) => checker.schemaPage(checked, params));
  forDocument(methods.runbook, (checked, params: RunbookParams) => checker.runbook(checked, params));
  connection.onRequest(methods.pendingDetails, async (params: PendingDetailsParams) =>
    checker.pendingDetails(params, await session.settings.get(params.uris[0] ?? '')),
  );
  forDocument(methods.review, (checked) => checker.review(checked));
  forDocument(methods.reviewPending, (checked) => checker.reviewPending(checked));
  forDocument(methods.effectiveConfig, (checked) => checker.effectiveConfig(checked));
  connection.onRequest(methods.checkDocument, ({ uri }: CheckDocumentParams) => {
    checker.checkAnyway(uri);
    memo.clear();
    recheckAll();
  });
  connection.onRequest(methods.migrationFolders, ({ uri }: MigrationFoldersParams) => checker.migrationFolders(uri));
  connection.onRequest(methods.newMigration, ({ uri, name }: NewMigrationParams) => checker.newMigration(uri, name));
  connection.onRequest(methods.patterns, () => patternSummaries());
  connection.onRequest(methods.patternPage, (params: PatternPageParams) => pageOfPattern(params).catch(inWords));
  connection.onRequest(methods.patternChoices, (params: PatternChoicesParams) =>
    checker.patternChoices(params).catch(inWords),
  );
  connection.onRequest(methods.safeMigration, (params: SafeMigrationParams) =>
    checker.safeMigration(params).catch(inWords),
  );
  connection.onRequest(methods.openChanges, (params: OpenChangesParams) => checker.openChanges(params).catch(inWords));
  connection.onRequest(methods.continueChange, (params: ContinueChangeParams) =>
    checker.continueChange(params).catch(inWords),
  );
  connection.onRequest(methods.rulePage, ({ rule }: RulePageParams) => checker.rulePage(rule));
  connection.onRequest(methods.rules, () => checker.rules());
}

/** Ends a rehearsal with the request that asked for it. */
function watchFor({ connection }: Session, token: CancellationToken): RehearsalWatch {
  return {
    signal: signalOf(token),
    progress: (params) => void connection.sendNotification(methods.rehearsalProgress, params),
  };
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/**
 * What is wrong with the values of a person or with a server, why a table cannot have what is wanted, and what does not
 * run here, as an answer.
 */
function inWords(error: Error): never {
  throw ['PatternError', 'DatabaseError', 'NotHereError'].includes(error.name) ? failed(error.message) : error;
}

function failed(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
