import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { CheckDocumentParams } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

const example = `-- A migration that would stop the application. Airlock marks what is wrong.
-- Put the cursor on a squiggle and press Ctrl+. (Cmd+. on a Mac) for the safe form.

CREATE INDEX orders_customer_idx ON orders (customer_id);

ALTER TABLE orders ADD CONSTRAINT orders_customer_fk
  FOREIGN KEY (customer_id) REFERENCES customers (id);

ALTER TABLE orders ALTER COLUMN total TYPE bigint;
`;

/**
 * Airlock: Open Example Migration; the first step of the walkthrough. With the argument "fix", which its second step
 * gives, it also opens the lightbulb on the first error.
 */
export const openExample: Command = {
  id: 'airlock.openExample',
  async run({ server }, argument) {
    const document = await vscode.workspace.openTextDocument({ language: 'sql', content: example });
    const editor = await vscode.window.showTextDocument(document);
    // A document without a file is checked only when somebody wants it.
    const params: CheckDocumentParams = { uri: server.toProtocol(document.uri) };
    await server.request<void>(methods.checkDocument, params);
    if (argument !== 'fix') return;
    const { start } = await firstError(document.uri);
    editor.selection = new vscode.Selection(start, start);
    await vscode.commands.executeCommand('editor.action.quickFix');
  },
};

/** Resolves when the document has been checked; the example has errors. */
function firstError(uri: vscode.Uri): Promise<vscode.Range> {
  return new Promise((resolve) => {
    const look = (): void => {
      const finding = vscode.languages
        .getDiagnostics(uri)
        .find(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
      if (finding === undefined) return;
      subscription.dispose();
      resolve(finding.range);
    };
    const subscription = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}
