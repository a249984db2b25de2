import { codeCell, codeSpan, fencedBlock, markdownText, tableCell } from '../review/markdown-text.js';
import type { Block, Page, Piece, Text } from './page.js';

/** The page as Markdown (GitHub's, which VS Code's preview reads as well). */
export function pageMarkdown({ title, blocks }: Page): string {
  const lines = [`# ${markdownText(title)}`, '', ...blocks.flatMap((block) => [...linesOf(block), ''])];
  return `${lines.join('\n').trimEnd()}\n`;
}

function linesOf(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${sentence(block.text)}`];
    case 'paragraph':
      return [sentence(block.text)];
    case 'list':
      return block.items.map((item) => `- ${block.tick ? '[ ] ' : ''}${sentence(item)}`);
    case 'table':
      return [
        `| ${block.head.join(' | ')} |`,
        `| ${block.head.map(() => '---').join(' | ')} |`,
        ...block.rows.map((row) => `| ${row.map((cell) => cell.map(inCell).join('')).join(' | ')} |`),
      ];
    case 'code':
      return fencedBlock(block.language, block.text);
    case 'picture':
      return ['```mermaid', block.picture.mermaid.trim(), '```'];
    case 'query': {
      const { title, sql, read } = block.query;
      return [`**${markdownText(title)}**`, '', ...fencedBlock('sql', sql), '', markdownText(read)];
    }
  }
}

function sentence(text: Text): string {
  return text.map(inline).join('');
}

function inline(piece: Piece): string {
  if (typeof piece === 'string') return markdownText(piece);
  if ('code' in piece) return codeSpan(piece.code);
  if ('strong' in piece) return `**${markdownText(piece.strong)}**`;
  return `\\_\\_\\_\\_\\_\\_ *(${markdownText(piece.blank)})*`;
}

function inCell(piece: Piece): string {
  if (typeof piece === 'string') return tableCell(piece);
  if ('code' in piece) return codeCell(piece.code);
  return 'strong' in piece ? `**${tableCell(piece.strong)}**` : inline(piece);
}
