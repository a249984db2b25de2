import * as vscode from 'vscode';
import type { Command } from './command.js';

const example = `-- A migration that would stop the application. Airlock marks what is wrong.
-- Put the cursor on a squiggle and press Ctrl+. (Cmd+. on a Mac) for the safe form.

CREATE INDEX orders_customer_idx ON orders (customer_id);

ALTER TABLE orders ADD CONSTRAINT orders_customer_fk
  FOREIGN KEY (customer_id) REFERENCES customers (id);

ALTER TABLE orders ALTER COLUMN total TYPE bigint;
`;

/** Airlock: Open Example Migration; the first step of the walkthrough. */
export const openExample: Command = {
  id: 'airlock.openExample',
  async run() {
    const document = await vscode.workspace.openTextDocument({ language: 'sql', content: example });
    await vscode.window.showTextDocument(document);
  },
};
