import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Checked } from '../checker.js';
import { methods } from '../messages/messages.js';
import type { RulePageParams } from '../messages/messages.js';
import type { Session } from '../session.js';

/** Answers the requests of our own clients. An error goes back to the person who asked, with its message. */
export function handleCustomRequests(session: Session): void {
  const { checker, connection, documents, memo } = session;
  const forDocument = <T>(method: string, answer: (checked: Checked, uri: string) => T): void => {
    connection.onRequest(method, async ({ uri }: { uri: string }) => {
      const document = documents.get(uri);
      if (document === undefined) throw failed(`Open ${uri} in an editor first.`);
      return answer(await memo.get(document), uri);
    });
  };
  forDocument(methods.rollback, (checked, uri) => checker.rollback(checked, uri));
  forDocument(methods.runbook, (checked, uri) => checker.runbook(checked, uri));
  forDocument(methods.review, (checked, uri) => checker.review(checked, uri));
  forDocument(methods.effectiveConfig, (checked) => checker.effectiveConfig(checked));
  connection.onRequest(methods.rulePage, ({ rule }: RulePageParams) => checker.rulePage(rule));
  connection.onRequest(methods.rules, () => checker.rules());
}

function failed(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
