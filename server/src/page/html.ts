import { htmlLines, htmlText } from '../review/markdown-text.js';
import type { Block, Page, Piece, Text } from './page.js';

/** One file without anything from elsewhere: it opens offline, and prints. */
const style = `
:root { color-scheme: light dark; --line: #c9ced6; --soft: #f4f6f8; --mark: #b35900; --new: #1a7f37; --gone: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --line: #454b54; --soft: #22262c; --mark: #ffb266; --new: #3fb950; --gone: #ff7b72; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin-top: 1.5rem; } h4 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0.75rem 0; }
th, td { border: 1px solid var(--line); padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
td:empty { height: 1.3rem; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; }
code { background: var(--soft); padding: 0 0.2em; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); padding: 0.6rem; overflow-x: auto; }
pre code { background: none; padding: 0; }
.blank { color: var(--mark); border-bottom: 1px solid currentcolor; padding: 0 0.3em 0 4em; font-size: 0.85em; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption { font-size: 0.85em; }
svg { max-width: none; } svg text { font: 12px ui-monospace, monospace; fill: currentcolor; }
svg .box { fill: var(--soft); stroke: var(--line); } svg .head { font-weight: 600; }
svg .link { fill: none; stroke: currentcolor; opacity: 0.55; } svg .new { fill: var(--new); } svg .gone { fill: var(--gone); }
ul.tick { list-style: none; padding-left: 0.2rem; }
ul.tick input { margin-right: 0.5em; }
.query > p:first-child { font-weight: 600; margin-bottom: 0.2rem; }
@media print {
  body { margin: 0; max-width: none; font-size: 10.5pt; }
  pre { white-space: pre-wrap; } h2, h3, h4 { break-after: avoid; } pre, table, .query { break-inside: avoid; }
}`;

/** The page as one HTML file: printable, with boxes to tick and places to fill in. */
export function pageHtml({ title, blocks }: Page): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${htmlText(title)}</title>
<style>${style}
</style>
</head>
<body>
<h1>${htmlText(title)}</h1>
${blocks.map(elementOf).join('\n')}
</body>
</html>
`;
}

function elementOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${sentence(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${sentence(block.text)}</p>`;
    case 'list': {
      const box = block.tick ? '<input type="checkbox" aria-label="done">' : '';
      const items = block.items.map((item) => `<li>${box}${sentence(item)}</li>`).join('\n');
      return `<ul${block.tick ? ' class="tick"' : ''}>\n${items}\n</ul>`;
    }
    case 'table': {
      const head = block.head.map((each) => `<th scope="col">${htmlText(each)}</th>`).join('');
      const rows = block.rows.map((row) => `<tr>${row.map((cell) => `<td>${sentence(cell)}</td>`).join('')}</tr>`);
      return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
    }
    case 'code':
      return preformatted(block.text);
    case 'picture':
      return `<figure>\n${block.picture.svg}\n<figcaption>${htmlText(block.picture.title)}</figcaption>\n</figure>`;
    case 'query': {
      const { title, sql, read } = block.query;
      return `<div class="query">\n<p>${htmlText(title)}</p>\n${preformatted(sql)}\n<p>${htmlText(read)}</p>\n</div>`;
    }
  }
}

function preformatted(text: string): string {
  return `<pre tabindex="0"><code>${htmlLines(text)}</code></pre>`;
}

function sentence(text: Text): string {
  return text.map(inline).join('');
}

function inline(piece: Piece): string {
  if (typeof piece === 'string') return htmlText(piece);
  if ('code' in piece) return `<code>${htmlText(piece.code)}</code>`;
  if ('strong' in piece) return `<strong>${htmlText(piece.strong)}</strong>`;
  return `<span class="blank">${htmlText(piece.blank)}</span>`;
}
