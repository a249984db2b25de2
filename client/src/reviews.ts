import * as vscode from 'vscode';
import type { methods } from '../../server/src/protocol/messages/messages.js';
import type { ReviewParams, ReviewResult } from '../../server/src/protocol/messages/documents.js';
import type { AirlockServer } from './language-client.js';
import { textScheme, type VirtualDocuments } from './virtual-documents.js';

/** How often a review is made anew while its migration is typed in, in ms. */
const restMs = 300;

type Method = typeof methods.review | typeof methods.reviewPending;

interface OpenReview {
  readonly method: Method;
  /** The migration that it was asked for. */
  readonly migration: vscode.Uri;
}

/**
 * Reviews in the preview of Markdown: nothing has to be saved or thrown away, they follow what is typed in the
 * migrations, and the places in them are links.
 */
export class Reviews implements vscode.Disposable {
  private readonly open = new Map<string, OpenReview>();
  private readonly registrations: vscode.Disposable;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly server: AirlockServer,
    private readonly documents: VirtualDocuments,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.registrations = vscode.Disposable.from(
      // Whatever changes a finding of any migration may change a review.
      vscode.languages.onDidChangeDiagnostics(() => this.followSoon()),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.forget(closed)),
    );
  }

  /** Shows the review of a migration, or of all that are pending with it, beside the editor. */
  async show(method: Method, migration: vscode.Uri): Promise<void> {
    const result = await this.ask(method, migration);
    const path = vscode.Uri.joinPath(migration, '..', result.name).path;
    const uri = this.documents.put(textScheme, path, result.markdown);
    this.open.set(uri.toString(), { method, migration });
    await this.showPreview(uri);
  }

  /** Beside the migration, which keeps the focus. Without the preview, which can be switched off, the text is shown. */
  private async showPreview(uri: vscode.Uri): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    try {
      await vscode.workspace.openTextDocument(uri);
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
      // A preview takes the focus when its tab is there, which is after the command has ended.
      await tabOf(uri);
      if (editor) await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    } catch (error) {
      this.output.info(`The preview of Markdown cannot be shown: ${String(error)}`);
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
    }
  }

  /** A preview has no document in its tab: it is known by its title. */
  private forget(closed: readonly vscode.Tab[]): void {
    if (closed.length === 0) return;
    const labels = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    for (const key of this.open.keys()) {
      const name = nameOf(vscode.Uri.parse(key));
      if (!labels.some((label) => label.includes(name))) this.open.delete(key);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.registrations.dispose();
  }

  private ask(method: Method, migration: vscode.Uri): Promise<ReviewResult> {
    const params: ReviewParams = { uri: this.server.toProtocol(migration) };
    return this.server.request<ReviewResult>(method, params);
  }

  private followSoon(): void {
    if (this.open.size === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.follow(), restMs);
  }

  private async follow(): Promise<void> {
    for (const [key, review] of this.open) {
      try {
        // A migration that was closed is opened in the background, so that the server knows it.
        await vscode.workspace.openTextDocument(review.migration);
        const { markdown } = await this.ask(review.method, review.migration);
        const uri = vscode.Uri.parse(key);
        // A preview reads its document once more when that changes, which one that is closed never does.
        await vscode.workspace.openTextDocument(uri);
        this.documents.put(textScheme, uri.path, markdown);
      } catch (error) {
        this.output.warn(`The review of ${review.migration.path} was not brought up to date: ${String(error)}`);
      }
    }
  }
}

function nameOf({ path }: vscode.Uri): string {
  return path.replace(/^.*\//, '');
}

/** How long a preview may take to open, in ms. */
const previewMs = 2000;

/** Resolves when the preview of a document has its tab, or does not get one in time. */
function tabOf(uri: vscode.Uri): Promise<void> {
  const isThere = (): boolean =>
    vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.label.includes(nameOf(uri)) === true);
  if (isThere()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(end, previewMs);
    const listener = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (isThere()) end();
    });
  });
}
