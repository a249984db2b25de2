import * as vscode from 'vscode';

/** Scheme of the rule pages: `airlock-rule:/<rule-id>.md`. */
export const ruleScheme = 'airlock-rule';
/** Scheme of texts that the server made and that are for reading: configuration, the old side of a diff. */
export const textScheme = 'airlock';

/** Read-only documents by path. A preview reads its document again and again, so the texts stay until replaced. */
export class VirtualDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registrations: vscode.Disposable;

  constructor() {
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

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
