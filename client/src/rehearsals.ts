import * as vscode from 'vscode';
import { methods } from '../../server/src/protocol/messages/messages.js';
import type {
  RehearsalRemark,
  RehearsedFileResult,
  RehearseParams,
  RehearseResult,
} from '../../server/src/protocol/messages/messages.js';
import type { PendingFolder } from '../../server/src/protocol/messages/pending.js';
import type { AirlockServer } from './language-client.js';
import { textScheme, type VirtualDocuments } from './virtual-documents.js';

const parts = ['up', 'rollback', 'again', 'queries'] as const;

/** Rehearsals: what they found as problems in the files, as a document, and as tests in the Testing view. */
export class Rehearsals implements vscode.Disposable {
  private readonly problems = vscode.languages.createDiagnosticCollection('airlock-rehearsal');
  private readonly tests = vscode.tests.createTestController('airlock', 'Airlock');
  private readonly registrations: vscode.Disposable[];

  constructor(
    private readonly server: AirlockServer,
    private readonly documents: VirtualDocuments,
  ) {
    this.tests.resolveHandler = (item) => (item === undefined ? this.findTests() : undefined);
    this.tests.refreshHandler = () => this.findTests();
    this.tests.createRunProfile(
      vscode.l10n.t('Rehearse'),
      vscode.TestRunProfileKind.Run,
      (request, token) => this.runTests(request, token),
      true,
    );
    // What was found speaks of the text as it ran.
    this.registrations = [
      this.problems,
      this.tests,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.problems.delete(document.uri);
      }),
    ];
  }

  /** Rehearses one file with progress that can be cancelled, and shows what came out of it. In: a server, or the embedded PostgreSQL. */
  async show(uri: vscode.Uri, url?: string): Promise<RehearseResult> {
    const result = await this.withProgress(vscode.l10n.t('Rehearsing'), (token) => this.rehearse([uri], token, url));
    if (result.cancelled) return result;
    const [file] = result.files;
    const name = file?.name.replace(/^.*\//, '') ?? '';
    const shown = this.documents.put(textScheme, `/${name}.rehearsal.md`, result.markdown);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', shown);
    if (file?.outcome === 'failed') void vscode.window.showWarningMessage(firstError(file) ?? result.engine);
    else vscode.window.setStatusBarMessage(vscode.l10n.t('Rehearsed: {0}', file?.proof ?? ''), 10_000);
    return result;
  }

  /** Shows the progress of the server's rehearsal while `work` waits for it. */
  withProgress<T>(title: string, work: (token: vscode.CancellationToken) => Promise<T>): Promise<T> {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return Promise.resolve(
      vscode.window.withProgress(options, async (progress, token) => {
        const listening = this.server.onRehearsalProgress(({ name, index, total }) =>
          progress.report({ message: `${name} (${index + 1}/${total})`, increment: 100 / Math.max(1, total) }),
        );
        try {
          return await work(token);
        } finally {
          listening.dispose();
        }
      }),
    );
  }

  dispose(): void {
    for (const each of this.registrations) each.dispose();
  }

  private async rehearse(
    uris: readonly vscode.Uri[],
    token: vscode.CancellationToken,
    url?: string,
  ): Promise<RehearseResult> {
    const params: RehearseParams = {
      uris: uris.map((uri) => this.server.toProtocol(uri)),
      ...(url === undefined ? {} : { url }),
    };
    const result = await this.server.request<RehearseResult>(methods.rehearse, params, token);
    for (const file of result.files)
      this.problems.set(
        this.server.fromProtocol(file.uri),
        file.remarks.map((remark) => problemOf(remark, result.engine)),
      );
    return result;
  }

  /** One test for each pending migration, in its folder, with its ways and the queries of the application. */
  private async findTests(): Promise<void> {
    const folders = await this.server.request<readonly PendingFolder[]>(methods.pendingMigrations, {});
    this.tests.items.replace(
      folders
        .filter(({ files }) => files.length > 0)
        .map(({ title, files }) => {
          const folder = this.tests.createTestItem(title, title);
          folder.children.replace(files.map((file) => this.testOf(this.server.fromProtocol(file.uri), file.name)));
          return folder;
        }),
    );
  }

  private testOf(uri: vscode.Uri, name: string): vscode.TestItem {
    const test = this.tests.createTestItem(uri.toString(), name.replace(/^.*\//, ''), uri);
    test.children.replace(parts.map((part) => this.tests.createTestItem(`${uri.toString()} ${part}`, part, uri)));
    return test;
  }

  private async runTests(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    if (this.tests.items.size === 0) await this.findTests();
    const run = this.tests.createTestRun(request);
    try {
      for (const group of this.groupsOf(request)) {
        for (const test of group) for (const [, part] of test.children) run.started(part);
        const uris = group.flatMap(({ uri }) => uri ?? []);
        const result = await this.rehearse(uris, token);
        for (const test of group) {
          const file = result.files.find(({ uri }) => this.server.fromProtocol(uri).toString() === test.id);
          if (file) this.report(run, test, file);
          else for (const [, part] of test.children) run.skipped(part);
        }
      }
    } catch (error) {
      if (!token.isCancellationRequested)
        run.appendOutput(`${error instanceof Error ? error.message : String(error)}\r\n`);
    } finally {
      run.end();
    }
  }

  /** The migrations that are asked for, those of one folder together: the ones before replay for all of them. */
  private groupsOf({ include, exclude }: vscode.TestRunRequest): vscode.TestItem[][] {
    const isWanted = (test: vscode.TestItem): boolean => {
      const family = [test, test.parent, ...[...test.children].map(([, part]) => part)].filter(
        (each) => each !== undefined,
      );
      const named = (list: readonly vscode.TestItem[] | undefined): boolean =>
        list?.some((each) => family.some((one) => one?.id === each.id)) === true;
      return (include === undefined || named(include)) && !exclude?.some(({ id }) => id === test.id);
    };
    return [...this.tests.items]
      .map(([, folder]) => [...folder.children].map(([, test]) => test).filter(isWanted))
      .filter((group) => group.length > 0);
  }

  private report(run: vscode.TestRun, test: vscode.TestItem, file: RehearsedFileResult): void {
    for (const part of parts) {
      const item = test.children.get(`${test.id} ${part}`);
      if (!item) continue;
      const errors = file.remarks.filter(({ about, severity }) => about === part && severity === 'error');
      const wasRun = part === 'up' ? file.outcome !== 'not rehearsed' : file.ran[part];
      if (errors.length > 0)
        run.failed(
          item,
          errors.map((remark) => messageOf(remark, test.uri)),
          part === 'up' ? file.ms : undefined,
        );
      else if (wasRun) run.passed(item, part === 'up' ? file.ms : undefined);
      else run.skipped(item);
    }
    run.appendOutput(`${file.name}: ${file.outcome}. ${file.proof}\r\n`);
    for (const { message } of file.remarks) run.appendOutput(`  ${message}\r\n`);
  }
}

function firstError({ remarks }: RehearsedFileResult): string | undefined {
  return remarks.find(({ severity }) => severity === 'error')?.message;
}

function rangeOf({ range }: RehearsalRemark): vscode.Range {
  return range
    ? new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character)
    : new vscode.Range(0, 0, 0, 0);
}

function messageOf(remark: RehearsalRemark, uri: vscode.Uri | undefined): vscode.TestMessage {
  const message = new vscode.TestMessage(remark.message);
  if (uri) message.location = new vscode.Location(uri, rangeOf(remark));
  return message;
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  unknown: vscode.DiagnosticSeverity.Information,
} as const;

function problemOf(remark: RehearsalRemark, engine: string): vscode.Diagnostic {
  const problem = new vscode.Diagnostic(
    rangeOf(remark),
    `${remark.message}\n${vscode.l10n.t('Rehearsed on {0}.', engine)}`,
    severities[remark.severity],
  );
  problem.source = 'Airlock';
  problem.code = 'rehearsal';
  return problem;
}
