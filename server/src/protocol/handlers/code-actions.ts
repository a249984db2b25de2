import type { CodeAction } from 'vscode-languageserver';
import { askedFor, toSpan } from '../from-lsp.js';
import { fixesTogether } from '../../analysis/fix-edits.js';
import { type AnalyseText, planFixAll } from '../../planning/plan-fixes.js';
import { fixAll, quickFixes } from '../offers.js';
import type { Offer } from '../offers.js';
import { offerInFile } from '../offers-in-file.js';
import { safely } from '../safely.js';
import type { Session } from '../session.js';
import { toCodeActions } from '../to-lsp.js';

/** Answers the lightbulb, "fix all" and code actions on save. */
export function handleCodeActions(session: Session): void {
  const { connection, status } = session;
  connection.onCodeAction(({ textDocument: { uri }, range, context }, token) =>
    safely<CodeAction[]>(status, 'Code actions', uri, token, [], async () => {
      const { checker, documents, memo, features, pageOf, settings } = session;
      const open = documents.get(uri);
      if (open === undefined || !features.codeActionLiterals) return [];
      const { analysis, around, quiet, document, mayBeApplied, renumbering } = await memo.get(open);
      if (quiet) return [];
      const wanted = await settings.get(uri);
      const analyse: AnalyseText = async (text) => (await checker.check(uri, text, wanted)).analysis;
      const asked = askedFor(context);
      const offers: Offer[] = [];
      if (asked.quickFixes) {
        offers.push(
          ...(await quickFixes(analysis, {
            span: toSpan(document, range),
            byHand: asked.byHand,
            around,
            analyse,
            renumbering,
            mayBeApplied,
          })),
        );
      }
      if (asked.fixAll && mayBeApplied === undefined && fixesTogether(analysis.findings).length > 0) {
        const { text } = await planFixAll(analysis, analyse);
        const all = fixAll(analysis.document.text, text);
        if (all !== undefined) offers.push(all);
      }
      const action = { document, features, diagnostics: context.diagnostics, pageOf, uriOf: checker.uriOf };
      const inFile = offers.flatMap((offer) => offerInFile(analysis, offer) ?? []);
      return inFile.flatMap((offer) => toCodeActions(offer, action));
    }),
  );
}
