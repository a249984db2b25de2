// Renders client/icon.svg to client/icon.png (256 x 256): node scripts/render-icon.mjs
// The marketplace takes no SVG, so the PNG is committed; run this after a change of the SVG.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './e2e-setup.mjs';

const client = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'client');
const svg = fs.readFileSync(path.join(client, 'icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: findChromium(), chromiumSandbox: false });
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
await page.setContent(`<body style="margin:0">${svg}</body>`);
await page.screenshot({ path: path.join(client, 'icon.png'), omitBackground: true });
await browser.close();
