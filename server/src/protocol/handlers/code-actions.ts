import type { CodeAction } from 'vscode-languageserver';
import { askedFor, toSpan } from '../from-lsp.js';
import { fixText, safeEdits } from '../../analysis/fix-edits.js';
import { fixAll, quickFixes } from '../offers.js';
import type { Offer } from '../offers.js';
import { safely } from '../safely.js';
import type { Session } from '../session.js';
import { toCodeAction } from '../to-lsp.js';

/** Answers the lightbulb, "fix all" and code actions on save. */
export function handleCodeActions(session: Session): void {
  const { connection, status } = session;
  connection.onCodeAction(({ textDocument: { uri }, range, context }, token) =>
    safely<CodeAction[]>(status, 'Code actions', uri, token, [], async () => {
      const { checker, documents, memo, features, pageOf, settings } = session;
      const open = documents.get(uri);
      if (open === undefined || !features.codeActionLiterals) return [];
      const { analysis, migrations, quiet, document } = await memo.get(open);
      if (quiet) return [];
      const asked = askedFor(context);
      const offers: Offer[] = [];
      if (asked.quickFixes) {
        offers.push(...quickFixes(analysis, { span: toSpan(document, range), byHand: asked.byHand, migrations }));
      }
      if (asked.fixAll && safeEdits(analysis.findings).length > 0) {
        const text = document.getText();
        const wanted = await settings.get(uri);
        const fixed = await fixText(text, async (next) => (await checker.check(uri, next, wanted)).analysis.findings);
        const all = fixAll(text, fixed);
        if (all !== undefined) offers.push(all);
      }
      const action = { document, features, diagnostics: context.diagnostics, pageOf, uriOf: checker.uriOf };
      return offers.flatMap((offer) => toCodeAction(offer, action) ?? []);
    }),
  );
}
