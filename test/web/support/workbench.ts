import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = path.resolve(__dirname, '..', '..', '..', '..');
const launcher = path.join(root, 'test', 'vscode', 'launcher', 'server.js');

/** The parts of test/vscode/launcher/server.js that are used here. */
interface Launcher {
  startServer(options: object): Promise<{ readonly base: URL; readonly child: object }>;
  stopServer(child: object): Promise<void>;
  signalGroup(child: object, signal: string): void;
}

interface E2eSetup {
  setUp(): void;
  launcherEnvironment(): Record<string, string>;
}

/** A workbench in Chromium, with extensions in its web worker and nowhere else. */
export interface Workbench {
  readonly page: Page;
  /** The files of our extension that were asked for, "dist/web/client.js". */
  readonly served: readonly string[];
  /** The texts that were written, by URI. */
  readonly written: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** What is opened: texts by URI, a folder or a .code-workspace, and the file that is shown first. */
export interface Opened {
  readonly files: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly file: string;
}

/** Where the extensions stand at the page's own origin: the workbench asks no other. */
const places: Readonly<Record<string, string>> = {
  '/test-extension': root,
  '/test-file-system': path.join(root, 'test', 'web', 'file-system'),
};

const settings = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * Opens a real VS Code workbench as vscode.dev has it: the server only hands out its files. Nothing of the extension runs
 * outside the browser, and the folders are in file systems of another extension.
 */
export async function openWorkbench(opened: Opened): Promise<Workbench> {
  const setUp = (await import(pathToFileURL(path.join(root, 'scripts', 'e2e-setup.mjs')).href)) as E2eSetup;
  setUp.setUp();
  Object.assign(process.env, setUp.launcherEnvironment());
  const { startServer, stopServer, signalGroup } = (await import(launcher)) as Launcher;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-web-'));
  const folders = { userData: path.join(scratch, 'user'), extensions: path.join(scratch, 'extensions'), scratch };
  const { base, child } = await startServer({ ...folders, trust: true });
  process.once('exit', () => signalGroup(child, 'SIGKILL'));
  let browser: Browser | undefined;
  const stop = async (): Promise<void> => {
    await browser?.close();
    await stopServer(child);
    fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      chromiumSandbox: false, // Chromium's sandbox refuses to run as root, as in most containers.
      args: ['--disable-gpu', '--no-proxy-server', '--no-first-run', '--disable-background-networking'],
    });
    return { ...(await openPage(browser, base, opened)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openPage(browser: Browser, base: URL, opened: Opened): Promise<Omit<Workbench, 'stop'>> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  const isForeign = (url: URL): boolean => url.hostname !== base.hostname && /^https?:/.test(url.protocol);
  await context.route(isForeign, (route) => route.abort('internetdisconnected'));
  const served: string[] = [];
  for (const [place, folder] of Object.entries(places))
    await context.route(
      (url) => url.pathname.startsWith(`${place}/`),
      (route) => {
        const name = decodeURIComponent(new URL(route.request().url()).pathname.slice(place.length + 1));
        if (place === '/test-extension') served.push(name);
        if (name === 'files.json') return route.fulfill({ json: opened.files });
        const file = path.join(folder, name);
        const isThere = fs.existsSync(file) && fs.statSync(file).isFile();
        return isThere ? route.fulfill({ path: file }) : route.fulfill({ status: 404, body: '' });
      },
    );
  await context.route(
    (url) => url.pathname.endsWith('/workbench/workbench.js'),
    (route) => route.fulfill({ contentType: 'text/javascript', body: workbenchWithoutServer() }),
  );
  const page = await context.newPage();
  const written = new Map<string, string>();
  page.on('console', (message) => {
    const [, found] = /airlock-test wrote (\[.*\])/s.exec(message.text()) ?? [];
    if (found === undefined) return;
    const [uri, text] = JSON.parse(found) as [string, string];
    written.set(uri, text);
  });
  await page.addInitScript({ content: withExtensions(base) });
  const url = new URL(base.href);
  url.search = '';
  url.searchParams.set(opened.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', opened.workspace);
  url.searchParams.set(
    'payload',
    JSON.stringify([
      ['openFile', opened.file],
      ['skipWelcome', 'true'],
    ]),
  );
  await page.goto(url.href, { waitUntil: 'domcontentloaded' });
  return { page, served, written };
}

/** code-server's workbench takes the host of its page for a server that runs extensions; vscode.dev has none. */
function workbenchWithoutServer(): string {
  const { CODE_SERVER_DIR = '' } = process.env;
  const file = path.join(CODE_SERVER_DIR, 'lib/vscode/out/vs/code/browser/workbench/workbench.js');
  const text = fs.readFileSync(file, 'utf8');
  const found = text.replace('remoteAuthority:location.host', 'remoteAuthority:void 0');
  if (found === text) throw new Error('This workbench names its server in another way.');
  return found;
}

/**
 * A script that adds our extensions to the options of the workbench, as @vscode/test-web does. They are read when the
 * document has been parsed.
 */
function withExtensions(base: URL): string {
  const extensions = Object.keys(places).map((place) => ({ scheme: 'http', authority: base.host, path: place }));
  return `document.addEventListener('readystatechange', () => {
    const options = document.getElementById('vscode-workbench-web-configuration');
    if (document.readyState !== 'interactive' || !options) return;
    const { remoteAuthority, ...read } = JSON.parse(options.dataset.settings);
    const developmentOptions = { ...read.developmentOptions, extensions: ${JSON.stringify(extensions)} };
    const configurationDefaults = ${JSON.stringify(settings)};
    options.dataset.settings = JSON.stringify({ ...read, developmentOptions, configurationDefaults });
  });`;
}
