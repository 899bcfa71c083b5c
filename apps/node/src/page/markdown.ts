import { escapeHtml } from './html.js';

/**
 * The Markdown that pages of docs/errors use: headings, paragraphs, lists, code spans and fenced code, bold. All is
 * escaped first, so a page can show any text and never becomes markup of its own.
 */
export function markdownToHtml(text: string): string {
  const out: string[] = [];
  let list: string[] = [];
  let paragraph: string[] = [];
  let fence: string[] | null = null;
  const flush = (): void => {
    if (paragraph.length > 0) out.push(`<p>${inline(paragraph.join(' '))}</p>`);
    if (list.length > 0) out.push(`<ul>${list.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`);
    paragraph = [];
    list = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      flush();
      if (fence !== null) out.push(`<pre><code>${escapeHtml(fence.join('\n'))}</code></pre>`);
      fence = fence === null ? [] : null;
      continue;
    }
    if (fence !== null) {
      fence.push(line);
      continue;
    }
    const heading = /^(#{1,3}) (.+)$/.exec(line);
    const item = /^[-*] (.+)$/.exec(line);
    if (heading) {
      flush();
      const level = (heading[1] ?? '#').length;
      out.push(`<h${level}>${inline(heading[2] ?? '')}</h${level}>`);
    } else if (item) list.push(item[1] ?? '');
    else if (line.trim() === '') flush();
    else if (list.length > 0) list.push(`${list.pop() ?? ''} ${line.trim()}`);
    else paragraph.push(line.trim());
  }
  flush();
  return out.join('\n');
}

const inline = (text: string): string =>
  escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>');
