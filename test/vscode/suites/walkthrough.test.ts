import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { closeAll, findings, fixture, open, until } from '../support/editor.js';

interface Manifest {
  readonly contributes: {
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly id: string; readonly description: string }[];
    }[];
  };
}

/** The buttons of the walkthrough: the command links of its steps, with their arguments. */
function buttons(): readonly { readonly title: string; readonly command: string; readonly args: readonly unknown[] }[] {
  const { extensionPath } = vscode.extensions.getExtension('airlock.pg-airlock') ?? { extensionPath: '' };
  const read = (file: string): string => readFileSync(`${extensionPath}/${file}`, 'utf8');
  const strings = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
  const { contributes } = JSON.parse(read('package.json')) as Manifest;
  return contributes.walkthroughs
    .flatMap(({ steps }) => steps)
    .flatMap(({ description }) => [
      ...(strings[description.slice(1, -1)] ?? '').matchAll(/\[([^\]]+)\]\(command:([^)]+)\)/g),
    ])
    .map(([, title = '', link = '']) => {
      const [command = '', query] = link.split('?');
      const args = query === undefined ? [] : (JSON.parse(decodeURIComponent(query)) as unknown[]);
      return { title, command, args };
    });
}

async function press(title: string): Promise<void> {
  const button = buttons().find((each) => each.title === title);
  assert.ok(button, `there is no button "${title}"`);
  await vscode.commands.executeCommand(button.command, ...button.args);
}

const active = (): vscode.TextDocument | undefined => vscode.window.activeTextEditor?.document;

describe('the buttons of the walkthrough', () => {
  afterEach(closeAll);

  it('call commands that are there', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command } of buttons()) assert.ok(known.has(command), command);
    assert.equal(buttons().length, 5);
  });

  it('open the example, checked', async () => {
    await press('Open Example Migration');
    const document = active();
    assert.ok(document?.isUntitled);
    await until('findings in the example', () => findings(document.uri).length > 0);
  });

  it('generate the rollback of the example where no migration is on the screen', async () => {
    await press('Generate Rollback');
    assert.match(active()?.getText() ?? '', /DROP INDEX/);
  });

  it('generate the runbook of the example where no migration is on the screen', async () => {
    await press('Generate Runbook');
    await until('the runbook', () =>
      vscode.workspace.textDocuments.some((document) => /^# Runbook: /.test(document.getText())),
    );
  });

  it('take the migration that is on the screen', async () => {
    await open(fixture('migrations/0003_status.sql'));
    await press('Generate Rollback');
    assert.ok(active()?.uri.path.endsWith('/0003_status.down.sql'));
  });
});
