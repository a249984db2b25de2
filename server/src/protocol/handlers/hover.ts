import type { Hover } from 'vscode-languageserver';
import { toOffset } from '../from-lsp.js';
import { hoverInFile } from '../hover-in-file.js';
import { safely } from '../safely.js';
import type { Session } from '../session.js';
import { toHover } from '../to-lsp.js';

/** Answers hovers: what the statement locks, who waits, and for how long. */
export function handleHover(session: Session): void {
  const { connection, status } = session;
  connection.onHover(({ textDocument: { uri }, position }, token) =>
    safely<Hover | null>(status, 'Hover', uri, token, null, async () => {
      const { documents, memo } = session;
      const open = documents.get(uri);
      if (open === undefined) return null;
      const { analysis, quiet, document } = await memo.get(open);
      const hover = quiet ? undefined : hoverInFile(analysis, toOffset(document, position));
      return hover === undefined ? null : toHover(document, hover);
    }),
  );
}
