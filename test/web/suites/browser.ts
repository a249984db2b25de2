import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from '../support/workbench.js';

const root = path.resolve(__dirname, '..', '..', '..', '..');
const shots = path.join(root, 'test', 'vscode', 'shots');

// Blanks and umlauts in the name, Windows' line ends; and a repository as vscode.dev shows it.
const own = 'memfs:/Gr%C3%B6%C3%9Fe%20%26%20Preis';
const github = 'vscode-vfs://github/acme/shop';
const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL);\r\n';
const index = 'CREATE INDEX orders_total ON orders (total);\r\n';
const knex = [
  "import { Knex } from 'knex';",
  'export async function up(knex: Knex): Promise<void> {',
  "  await knex.schema.alterTable('orders', (t) => t.index(['total'], 'o_total'));",
  '}',
  'export async function down(knex: Knex): Promise<void> {}',
  '',
].join('\n');

const opened = {
  workspace: 'memfs:/both.code-workspace',
  file: `${own}/db/migrations/0002_index.sql`,
  files: {
    'memfs:/both.code-workspace': JSON.stringify({ folders: [{ uri: own }, { uri: github }] }),
    [`${own}/db/migrations/0001_orders.sql`]: orders,
    [`${own}/db/migrations/0002_index.sql`]: index,
    [`${own}/package.json`]: '{ "dependencies": { "knex": "3.1.0", "pg": "8.0.0" } }\n',
    [`${own}/knex/migrations/20260101000000_totals.ts`]: knex,
    [`${github}/db/migrations/0001_orders.sql`]: orders,
    [`${github}/db/migrations/0007_on_github.sql`]: index,
  },
};

describe('the extension in a browser', () => {
  let workbench: Workbench;

  const locate = (selector: string, hasText?: RegExp): Locator =>
    workbench.page.locator(selector, hasText === undefined ? {} : { hasText }).first();
  const press = (key: string): Promise<void> => workbench.page.keyboard.press(key);
  const screenshot = async (name: string): Promise<void> => {
    fs.mkdirSync(shots, { recursive: true });
    await workbench.page.screenshot({ path: path.join(shots, `browser-${name}.png`) });
  };
  /** Opens a file that the explorer shows. */
  const open = async (name: RegExp): Promise<void> => {
    await locate('.explorer-folders-view .monaco-list-row', name).dblclick();
    await locate('.tab.active', name).waitFor();
  };
  /** The middle of what has a squiggle, which itself takes no pointer. */
  const squiggle = async (): Promise<[x: number, y: number]> => {
    const found = locate('.squiggly-error');
    await found.waitFor();
    const { x, y, width, height } = (await found.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    return [x + width / 2, y + height / 2];
  };

  /** Does something again until what it leads to is there: what is done while the workbench is busy gets lost. */
  const untilSeen = async (wanted: Locator, act: () => Promise<void>): Promise<void> => {
    for (let left = 8; ; left--) {
      await act();
      const isSeen = await wanted.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (isSeen) return;
      if (left === 0) throw new Error(`${String(wanted)} was not seen.`);
    }
  };
  const quickFix = async (): Promise<void> => {
    await press('Escape');
    await workbench.page.mouse.click(...(await squiggle()));
    await press('Control+Period');
  };

  before(async () => {
    workbench = await openWorkbench(opened);
    workbench.page.setDefaultTimeout(30_000);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot('failed');
  });

  after(() => workbench.stop());

  it('squiggles, judges and shows locks', async () => {
    await locate('.squiggly-error').waitFor();
    const lens = locate('.codelens-decoration', /BLOCK/);
    await lens.waitFor();
    assert.match(await lens.innerText(), /SHARE on orders · builds an index/);
    assert.doesNotMatch(await lens.innerText(), /Rehearse/);
    await screenshot('squiggle');
  });

  it('explains on hover, in light and in dark', async () => {
    const hover = locate('.monaco-hover:not(.hidden) .monaco-hover-content');
    for (const theme of ['light', 'dark']) {
      await untilSeen(hover, async () => {
        const [x, y] = await squiggle();
        await workbench.page.mouse.move(x + 100, y + 200);
        await workbench.page.mouse.move(x, y, { steps: 3 });
      });
      assert.match(await hover.innerText(), /Build it with CONCURRENTLY\./);
      await screenshot(`hover-${theme}`);
      await locate('.part.statusbar').hover();
      await hover.waitFor({ state: 'hidden' });
      await press('Control+Alt+D');
    }
  });

  it('starts again', async () => {
    await locate('.view-line').click();
    await press('Control+Alt+S');
    await locate('.squiggly-error').waitFor({ state: 'hidden' });
    await locate('.squiggly-error').waitFor();
  });

  it('fixes from the lightbulb, and saves with the line ends of the file', async () => {
    const fix = locate('.action-widget .action', /Add CONCURRENTLY/);
    await untilSeen(fix, quickFix);
    await screenshot('lightbulb');
    await fix.click();
    await locate('.view-line', /CONCURRENTLY/).waitFor();
    await press('Control+S');
    assert.equal(await written(opened.file), index.replace('INDEX', 'INDEX CONCURRENTLY'));
  });

  it('makes a rollback where the tool keeps it, and says that it is not proven', async () => {
    await locate('.codelens-decoration a', /Rollback/).click();
    await locate('.tab.active', /0002_index\.down\.sql/).waitFor();
    assert.match(await message(/^Rollback of 0002_index\.sql/), /It is not proven/);
    await locate('.view-line', /DROP/).click();
    await press('Control+S');
    const back = await written(opened.file.replace('.sql', '.down.sql'));
    assert.match(back, /DROP INDEX CONCURRENTLY IF EXISTS orders_total/);
  });

  it('reads migrations in code with a parser in the worker', async () => {
    await locate('.explorer-folders-view .monaco-list-row', /knex/).click();
    await open(/totals\.ts/);
    await squiggle();
    await screenshot('code');
  });

  it('edits nothing of a repository, of which nobody can say what has run, and says why', async () => {
    await open(/on_github/);
    const fix = locate('.action-widget .action', /why not here/);
    await untilSeen(fix, quickFix);
    await fix.click();
    await message(/A browser cannot ask git/);
    await screenshot('repository');
  });

  it('says in a sentence what cannot run there', async () => {
    await press('Control+Alt+R');
    assert.match(await message(/A rehearsal runs a PostgreSQL/), /Rehearse in VS Code on your machine/);
    await screenshot('rehearse');
  });

  it('takes nothing but its two bundles for the web', () => {
    const code = new Set(workbench.served.filter((name) => name.endsWith('.js')));
    assert.deepEqual([...code].sort(), ['dist/web/client.js', 'dist/web/server.js']);
  });

  /** The text of a file once it is saved. A new one is made empty first. */
  async function written(uri: string): Promise<string> {
    const text = (): string => workbench.written.get(uri) ?? '';
    for (let left = 200; left > 0 && text() === ''; left--) await workbench.page.waitForTimeout(25);
    return text();
  }

  /** The text of a notification. No toasts are shown where a browser is driven: they stand behind the bell. */
  async function message(text: RegExp): Promise<string> {
    const found = locate('.notification-list-item-message', text);
    if (!(await locate('.notifications-center.visible').isVisible()))
      await locate('.statusbar-item a[aria-label*="otification"]').click();
    await found.waitFor();
    return found.innerText();
  }
});
