import { CodeLensRefreshRequest, type CodeLens, type InlayHint } from 'vscode-languageserver';
import { fileLenses, lockHints } from '../navigation/lens.js';
import { safely } from '../safely.js';
import type { Session } from '../session.js';
import { checkedMigration } from './navigation.js';

/** Answers the line above a migration and the hints behind its statements, where the settings want them. */
export function handleLens(session: Session): void {
  const { connection, features, settings, status, typing } = session;
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    safely<CodeLens[]>(status, 'Code lens', uri, token, [], async () => {
      if ((await settings.get(uri)).codeLens === false) return [];
      const checked = await checkedMigration(session, uri);
      if (!checked) return [];
      // As the findings are shown: half a word makes no verdict.
      return fileLenses(checked.analysis, typing.calm(uri, checked.analysis), uri, features);
    }),
  );
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) =>
    safely<InlayHint[]>(status, 'Hints', uri, token, [], async () => {
      if ((await settings.get(uri)).inlayHints === false) return [];
      const checked = await checkedMigration(session, uri);
      return checked ? lockHints(checked.analysis, checked.document, range) : [];
    }),
  );
}

/** Has the client ask again: what they hang on has changed, and no document. */
export function refreshLens({ connection, features }: Session): void {
  // A client that is closing does not answer.
  if (features.refreshesLens) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  if (features.refreshesHints) connection.languages.inlayHint.refresh().catch(() => undefined);
}
