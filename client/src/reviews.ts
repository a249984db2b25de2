import * as vscode from 'vscode';
import type { methods } from '../../server/src/protocol/messages/messages.js';
import type { ReviewParams, ReviewResult } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';
import { textScheme, type VirtualDocuments } from './virtual-documents.js';

/** How often a review is made anew while its migration is typed in, in ms. */
const restMs = 300;

type Method = typeof methods.review | typeof methods.reviewPending;

interface OpenReview {
  readonly method: Method;
  /** The migration that it was asked for. */
  readonly migration: vscode.Uri;
  files: ReviewResult['files'];
}

/**
 * Reviews as read-only documents: nothing has to be saved or thrown away, they follow what is typed in the migrations,
 * and the places in them are links.
 */
export class Reviews implements vscode.DocumentLinkProvider, vscode.Disposable {
  private readonly open = new Map<string, OpenReview>();
  private readonly registrations: vscode.Disposable;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly server: AirlockServer,
    private readonly documents: VirtualDocuments,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.registrations = vscode.Disposable.from(
      vscode.languages.registerDocumentLinkProvider({ scheme: textScheme, pattern: '**/*.review.md' }, this),
      // Whatever changes a finding of any migration may change a review.
      vscode.languages.onDidChangeDiagnostics(() => this.followSoon()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.open.delete(uri.toString())),
    );
  }

  /** Shows the review of a migration, or of all that are pending with it, beside the editor. */
  async show(method: Method, migration: vscode.Uri): Promise<void> {
    const result = await this.ask(method, migration);
    const path = vscode.Uri.joinPath(migration, '..', result.name).path;
    const uri = this.documents.put(textScheme, path, result.markdown);
    this.open.set(uri.toString(), { method, migration, files: result.files });
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const review = this.open.get(document.uri.toString());
    if (review === undefined) return [];
    const text = document.getText();
    return [...text.matchAll(/`([^`\n]+):(\d+)`/g)].flatMap((found) => {
      const file = review.files.find(({ name }) => name === found[1]);
      if (file === undefined) return [];
      const start = document.positionAt(found.index + 1);
      const end = document.positionAt(found.index + found[0].length - 1);
      const target = this.server.fromProtocol(file.uri).with({ fragment: `L${found[2]}` });
      return [new vscode.DocumentLink(new vscode.Range(start, end), target)];
    });
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
        const { markdown, files } = await this.ask(review.method, review.migration);
        review.files = files;
        const { path } = vscode.Uri.parse(key);
        this.documents.put(textScheme, path, markdown);
      } catch (error) {
        this.output.warn(`The review of ${review.migration.path} was not brought up to date: ${String(error)}`);
      }
    }
  }
}
