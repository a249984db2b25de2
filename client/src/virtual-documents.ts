import * as vscode from 'vscode';
import { ruleScheme } from '../../server/src/protocol/messages/messages.js';

/** Scheme of texts that the server made and that are for reading: configuration, the old side of a diff. */
export const textScheme = 'airlock';

/** Read-only documents by path. A preview reads its document again and again, so the texts stay until replaced. */
export class VirtualDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registrations: vscode.Disposable;

  /** `load` makes a rule page that nobody has put here: one that a link of VS Code's own leads to. */
  constructor(private readonly load: (rule: string) => Promise<string>) {
    this.registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(ruleScheme, this),
      vscode.workspace.registerTextDocumentContentProvider(textScheme, this),
      this.changed,
    );
  }

  /**
   * Sets the text of the document at `path` (such as "/no-drop-column.md") and returns its URI. `version` keeps apart
   * two texts of the same path.
   */
  put(scheme: string, path: string, text: string, version = ''): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path, query: version });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string | Promise<string> {
    const known = this.texts.get(uri.toString());
    if (known !== undefined || uri.scheme !== ruleScheme) return known ?? '';
    return this.load(uri.path.slice(1).replace(/\.md$/, ''));
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
