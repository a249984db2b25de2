#!/usr/bin/env node

// Stands in for the VS Code executable that @vscode/test-electron spawns, where the desktop VS Code cannot be had:
// takes the same arguments, starts the real VS Code server (see server.js), opens its workbench in Chromium, lets the
// real extension host run --extensionTestsPath, and exits with the suite's exit code.
//   CHROMIUM        browser binary (default: chromium on the usual path)
//   E2E_TIMEOUT_MS  limit of the whole run (default 300000)
//   E2E_DEBUG=1     chatter of server and browser on stderr
//   E2E_HEADED=1    show the window
//   E2E_SCALE=2     device pixels for each CSS pixel in screenshots

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArguments } = require('./arguments.js');
const { startDriver } = require('./driver.js');
const { locateServer, remoteUri, signalGroup, startServer, stopServer, workbenchUrl } = require('./server.js');
const { writeTestShim } = require('./test-shim.js');

const { values, flags, rest, one } = parseArguments(process.argv.slice(2));
const debug = (...parts) => process.env.E2E_DEBUG && process.stderr.write(`[code-oss-web] ${parts.join(' ')}\n`);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'code-oss-web-'));
const userData = path.resolve(one('user-data-dir') ?? path.join(scratch, 'user'));
const extensions = path.resolve(one('extensions-dir') ?? path.join(scratch, 'extensions'));
const limit = Number(process.env.E2E_TIMEOUT_MS || 300_000);

let server;
let browser;
let shim;
let ending = false;

/** `--version`, `--list-extensions`, `--install-extension`: the server's own command line answers these. */
function answerWithoutWindow() {
  const asked = ['version', 'list-extensions', 'show-versions', 'force'].filter((flag) => flags.has(flag));
  const changes = ['install-extension', 'uninstall-extension'].flatMap((key) =>
    (values[key] ?? []).flatMap((value) => [`--${key}`, value]),
  );
  if (!flags.has('version') && !flags.has('list-extensions') && changes.length === 0) return false;
  const { main, node } = locateServer();
  const folders = ['--user-data-dir', userData, '--extensions-dir', extensions];
  const args = [main, '--accept-server-license-terms', ...folders, ...asked.map((flag) => `--${flag}`), ...changes];
  const result = spawnSync(node, args, { stdio: 'inherit' });
  fs.rmSync(scratch, { recursive: true, force: true });
  process.exitCode = result.status ?? 1;
  return true;
}

async function end(code, reason) {
  if (ending) return;
  ending = true;
  shim?.follow();
  debug('end', code, reason ?? '');
  if (reason) process.stderr.write(`code-oss-web: ${reason}\n`);
  if (browser)
    await Promise.race([browser.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 4000))]);
  if (server) await stopServer(server);
  fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(code);
}

async function main() {
  const testsPath = one('extensionTestsPath');
  const driver = await startDriver();
  const started = await startServer({
    userData,
    extensions,
    scratch,
    trust: flags.has('disable-workspace-trust') || testsPath !== undefined,
    extra: [...(one('log') ? ['--log', one('log')] : []), ...(one('locale') ? ['--locale', one('locale')] : [])],
    env: { E2E_DRIVER_URL: `http://127.0.0.1:${driver.address().port}` },
    log: debug,
  });
  server = started.child;
  server.on('exit', (code, signal) => end(1, `the VS Code server ended early (${code ?? signal})`));
  if (testsPath !== undefined) {
    shim = writeTestShim(testsPath, scratch);
    setInterval(shim.follow, 50).unref();
  }

  const { chromium } = require('playwright-core');
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: !process.env.E2E_HEADED,
    chromiumSandbox: false, // Chromium's sandbox refuses to run as root, as in most containers.
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--no-proxy-server', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-background-timer-throttling'],
      ...['--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows'],
    ],
  });
  const page = await openPage(browser);
  driver.page = page;
  setTimeout(() => timeOut(page), limit).unref();
  await page.goto(windowUrl(started.base), { waitUntil: 'domcontentloaded' });
}

async function openPage(owner) {
  const context = await owner.newContext({
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: Number(process.env.E2E_SCALE || 1),
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // Only this machine is reachable: other hosts fail at once instead of waiting for a name server.
  const isForeign = (url) => !['127.0.0.1', 'localhost'].includes(url.hostname) && /^https?:/.test(url.protocol);
  await context.route(isForeign, (route) => route.abort('internetdisconnected'));
  const page = await context.newPage();
  page.on('crash', () => end(1, 'the page crashed'));
  page.on('close', () => end(1, 'the page closed'));
  page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
  page.on('pageerror', (error) => debug('page error', error.message));
  page.on('console', (message) => debug('console', message.type(), message.text()));
  // The workbench calls these two in test mode.
  await page.exposeFunction('codeAutomationLog', (type, args) =>
    debug('log', type, [].concat(args).map(String).join(' ')),
  );
  await page.exposeFunction('codeAutomationExit', (code) => {
    debug('suite ended', code);
    // A crashed extension host is reported as 0: believe that only when the runner came to its end.
    const passed = code === 0 && (shim === undefined || shim.passed());
    if (code === 0 && !passed) process.stderr.write('code-oss-web: the extension host ended before the suite did\n');
    setTimeout(() => end(passed ? 0 : code || 1), 100);
  });
  return page;
}

function windowUrl(base) {
  const payload = [];
  for (const folder of values.extensionDevelopmentPath ?? []) {
    payload.push(['extensionDevelopmentPath', remoteUri(base, folder)]);
  }
  if (shim !== undefined) payload.push(['extensionTestsPath', remoteUri(base, shim.file)]);
  if (flags.has('disable-extensions')) payload.push(['disableExtensions', 'true']);
  let target = one('folder-uri')?.replace(/^file:\/\//, '');
  for (const argument of rest) {
    const isFile = fs.existsSync(argument) && fs.statSync(argument).isFile();
    if (isFile && !argument.endsWith('.code-workspace')) payload.push(['openFile', remoteUri(base, argument)]);
    else target = path.resolve(argument);
  }
  return workbenchUrl(base, { target, payload });
}

async function timeOut(page) {
  const shot = path.join(os.tmpdir(), `code-oss-web-timeout-${process.pid}.png`);
  await page.screenshot({ path: shot }).catch(() => {});
  await end(1, `no end after ${limit} ms; the screen is in ${shot}`);
}

if (!answerWithoutWindow()) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(130, signal));
  process.on('exit', () => server && signalGroup(server, 'SIGKILL'));
  main().catch((error) => end(1, error.stack ?? String(error)));
}
