import * as vscode from 'vscode';
import { methods } from '../../server/src/protocol/messages/messages.js';
import type { CheckDocumentParams } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';

const statements = `CREATE INDEX orders_customer_idx ON orders (customer_id);

ALTER TABLE orders ADD CONSTRAINT orders_customer_fk
  FOREIGN KEY (customer_id) REFERENCES customers (id);

ALTER TABLE orders ALTER COLUMN total TYPE bigint;
`;

/** Opens the example of the walkthrough as a document without a file, and has it checked. */
export async function openExampleDocument(server: AirlockServer): Promise<vscode.TextEditor> {
  const head = [
    vscode.l10n.t('A migration that would stop the application. Airlock marks what is wrong.'),
    vscode.l10n.t('Put the cursor on a squiggle and press Ctrl+. (Cmd+. on a Mac) for the safe form.'),
  ];
  const document = await vscode.workspace.openTextDocument({
    language: 'sql',
    content: `-- ${head.join('\n-- ')}\n\n${statements}`,
  });
  const editor = await vscode.window.showTextDocument(document);
  // A document without a file is checked only when somebody wants it.
  const params: CheckDocumentParams = { uri: server.toProtocol(document.uri) };
  await server.request<void>(methods.checkDocument, params);
  return editor;
}
