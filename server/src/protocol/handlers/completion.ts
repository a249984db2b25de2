import { type CompletionItem, type CompletionList, CompletionTriggerKind } from 'vscode-languageserver';
import { toOffset } from '../from-lsp.js';
import { completions } from '../navigation/completion.js';
import { ruleItems, ruleTypedAt } from '../navigation/rule-ids.js';
import { safely } from '../safely.js';
import type { Session } from '../session.js';

/** Answers what can stand where a person types: names of the schema there, and rules in comments for Airlock. */
export function handleCompletion(session: Session): void {
  const { checker, connection, documents, memo, status } = session;
  connection.onCompletion(({ textDocument: { uri }, position, context }, token) =>
    safely<CompletionItem[] | CompletionList>(status, 'Completion', uri, token, [], async () => {
      const open = documents.get(uri);
      if (open === undefined) return [];
      const rule = ruleTypedAt(open, position);
      // A blank is typed all the time: it asks only behind the words of a suppression.
      if (
        context?.triggerKind === CompletionTriggerKind.TriggerCharacter &&
        context.triggerCharacter === ' ' &&
        rule === undefined
      )
        return [];
      const { analysis, quiet, document } = await memo.get(open);
      if (quiet) return [];
      if (rule !== undefined) return ruleItems(document, position, rule, checker.rules(), analysis);
      return completions(analysis, document, toOffset(document, position));
    }),
  );
}
