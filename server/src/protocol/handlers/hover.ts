import type { Hover } from 'vscode-languageserver';
import { toOffset } from '../from-lsp.js';
import { hoverInFile } from '../hover-in-file.js';
import { nameAt } from '../navigation/name-at.js';
import { linksTo, nameHover } from '../navigation/name-hover.js';
import { breathe, safely } from '../safely.js';
import type { Session } from '../session.js';
import { toHover } from '../to-lsp.js';

/** Answers hovers: what the statement locks, who waits, and for how long; on a name what it stands for. */
export function handleHover(session: Session): void {
  const { connection, status } = session;
  connection.onHover(({ textDocument: { uri }, position }, token) =>
    safely<Hover | null>(status, 'Hover', uri, token, null, async () => {
      const { checker, documents, memo } = session;
      const open = documents.get(uri);
      if (open === undefined) return null;
      const { analysis, quiet, document } = await memo.get(open);
      if (quiet) return null;
      const offset = toOffset(document, position);
      const locks = hoverInFile(analysis, offset);
      const at = nameAt(analysis, offset);
      const index = at && checker.nameIndex?.(analysis);
      const history = index && (await index.around(analysis, breathe));
      const name = at && index && history && nameHover(at, history, linksTo(index, history, analysis));
      if (name === undefined) return locks ? toHover(document, locks) : null;
      const markdown = locks ? `${name}\n\n---\n\n${locks.markdown}` : name;
      return toHover(document, { markdown, span: at?.span ?? { start: offset, end: offset } });
    }),
  );
}
