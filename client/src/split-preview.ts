import * as vscode from 'vscode';
import type { WriteSplitArguments } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';
import { textScheme } from './virtual-documents.js';
import type { VirtualDocuments } from './virtual-documents.js';

/** Files that are written together: edits of one that is there, and new ones. */
export type PlannedFiles = Pick<WriteSplitArguments, 'title' | 'edits' | 'created'>;

/** The editor that shows what a split would write. */
export interface SplitPreview {
  /** Fires when the person closes it. */
  readonly onDidClose: vscode.Event<unknown>;
  /** True from then on: it can be closed before anybody listens. */
  isClosed(): boolean;
  close(): Promise<void>;
}

/** Opens all files of a split in one editor: the edited one against what it is now, the new ones against nothing. */
export async function showSplit(
  split: PlannedFiles,
  document: vscode.TextDocument | undefined,
  server: AirlockServer,
  documents: VirtualDocuments,
): Promise<SplitPreview> {
  const put = (version: 'now' | 'split', at: vscode.Uri, text: string): vscode.Uri =>
    documents.put(textScheme, at.path, text, version);
  const edited = (at: vscode.TextDocument) => {
    return [at.uri, put('now', at.uri, at.getText()), put('split', at.uri, editedText(split, at))];
  };
  const created = split.created.map((file) => {
    const at = server.fromProtocol(file.uri);
    return [at, undefined, put('split', at, file.text)];
  });
  // VS Code has no type for the input of such a tab, and adds to the title how many files there are.
  const isPreview = (tab: vscode.Tab): boolean => tab.label.startsWith(split.title);
  const closed = new vscode.EventEmitter<void>();
  let isClosed = false;
  const subscription = vscode.window.tabGroups.onDidChangeTabs((change) => {
    if (!change.closed.some(isPreview)) return;
    isClosed = true;
    closed.fire();
  });
  await vscode.commands.executeCommand('vscode.changes', split.title, [
    ...(document ? [edited(document)] : []),
    ...created,
  ]);
  return {
    isClosed: () => isClosed,
    onDidClose: closed.event,
    async close() {
      subscription.dispose();
      closed.dispose();
      const open = allTabs().filter(isPreview);
      if (open.length > 0) await vscode.window.tabGroups.close(open);
    },
  };
}

function allTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

/** The text of the document as the edits leave it. */
function editedText({ edits }: PlannedFiles, document: vscode.TextDocument): string {
  const offset = ({ line, character }: { line: number; character: number }): number =>
    document.offsetAt(new vscode.Position(line, character));
  const inOrder = edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .sort((a, b) => b.start - a.start);
  return inOrder.reduce(
    (text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end),
    document.getText(),
  );
}
