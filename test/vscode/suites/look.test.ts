import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, findingOf, fixture, open, until } from '../support/editor.js';
import { canAct, click, count, hover, press, pressUntil, screenshot, seen, texts } from '../support/person.js';

const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern' } as const;
const many = fixture('migrations/0004_many.sql');

describe('what a person sees', () => {
  before(function () {
    // In the desktop VS Code there is no browser to ask what is on the screen.
    if (!canAct) this.skip();
  });
  afterEach(closeAll);
  after(async () => {
    await vscode.workspace
      .getConfiguration('workbench')
      .update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`squiggle, lightbulb menu and hover in the ${name} theme`, async () => {
      const workbench = vscode.workspace.getConfiguration('workbench');
      await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      const editor = await open(many);
      const finding = await findingOf(many, 'require-check-not-valid');
      await seen('.monaco-editor .squiggly-error');
      editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
      await pressUntil('Control+Period', '.action-widget');
      const menu = (await texts('.action-widget .monaco-list-row')).map((text) => text.trim());
      assert.equal(menu[1], 'Add NOT VALID and VALIDATE separately');
      await screenshot(`lightbulb-${name}`);
      await press('Escape');
      await vscode.commands.executeCommand('editor.action.showHover');
      await until('the lock in the hover', async () => {
        const hover = (await texts('.monaco-hover')).join('\n');
        return /ACCESS EXCLUSIVE on orders: reads and writes wait\./.test(hover);
      });
      await screenshot(`hover-${name}`);
    });
  }

  for (const [name, theme] of Object.entries(themes)) {
    it(`the review of all pending migrations in the preview, in the ${name} theme`, async () => {
      const workbench = vscode.workspace.getConfiguration('workbench');
      await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      await open(many);
      await findingOf(many, 'require-check-not-valid');
      await vscode.commands.executeCommand('airlock.reviewPending');
      await until('the tab of the preview', () =>
        vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'Preview pending.review.md')),
      );
      // A page of a webview is in a frame of its own, in which a test cannot look.
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await screenshot(`review-${name}`);
    });
  }

  it('what to do, in a line of its own, in Problems and behind F8', async () => {
    await open(many);
    await findingOf(many, 'require-check-not-valid');
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    await until('the advice in Problems', async () =>
      (await texts('.markers-panel .marker-message-line')).includes('Build it with CONCURRENTLY.'),
    );
    await until('the advice behind F8', async () => {
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
      await vscode.commands.executeCommand('editor.action.marker.next');
      return (await texts('.marker-widget .message')).some((text) => /\bBuild it with CONCURRENTLY\./.test(text));
    });
    await screenshot('problems');
    await vscode.commands.executeCommand('closeMarkersNavigation');
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('the page of the rule behind its name in the hover, without the web', async () => {
    const editor = await open(many);
    const { range } = await findingOf(many, 'require-check-not-valid');
    editor.selection = new vscode.Selection(range.start, range.start);
    // A command that comes while the workbench is busy gets lost.
    await until('the name of the rule in the hover', async () => {
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
      await vscode.commands.executeCommand('editor.action.showHover');
      return (await count('.monaco-hover a.code-link')) > 0;
    });
    await click('.monaco-hover a.code-link');
    await until('the page', () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .some(({ label }) => /require-check-not-valid\.md$/.test(label)),
    );
    await until('its text', () =>
      vscode.workspace.textDocuments.some(
        ({ uri, getText }) =>
          uri.toString() === 'airlock-rule:/require-check-not-valid.md' && /^## Why$/m.test(getText()),
      ),
    );
    await seen('iframe.webview.ready');
    await screenshot('page');
    await closeAll();
  });

  it('the status of the file behind the braces of the status bar', async () => {
    await open(many);
    await findingOf(many, 'require-check-not-valid');
    await hover('[id="status.languageStatus"]');
    const status = await until('the status', async () => {
      const shown = (await texts('.hover-language-status')).join('\n');
      return shown.includes('Airlock') && shown;
    });
    assert.match(status, /PostgreSQL 16/);
    assert.match(status, /Airlock: \d+ rules/);
    assert.match(status, /plain SQL, each statement by itself/);
    assert.match(status, /Pending, behind 0001_shop\.sql/);
    await screenshot('status');
  });

  it('the lightbulb of the example that the walkthrough opens', async () => {
    // Away from the status, whose popup would stand in the picture.
    await hover('.explorer-folders-view');
    await vscode.commands.executeCommand('airlock.openExample', 'fix');
    await seen('.action-widget .monaco-list-row');
    assert.match((await texts('.action-widget')).join('\n'), /Add CONCURRENTLY/);
    await screenshot('example');
    await press('Escape');
  });

  it('the walkthrough', async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'airlock.pg-airlock#start');
    await seen('.gettingStartedContainer .step-title');
    const steps = await texts('.gettingStartedContainer .step-title');
    assert.ok(steps.includes('See what a migration locks'), steps.join(', '));
    // The picture is a frame in a frame, which no selector of the page reaches into; its own frame is enough to wait for.
    await seen('.getting-started-media iframe, .gettingStartedContainer iframe, iframe.webview');
    await screenshot('walkthrough');
    await vscode.commands.executeCommand('workbench.action.toggleSidebarVisibility');
  });
});
