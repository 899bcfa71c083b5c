import type { NodeStatusAnswer } from '@lading/api';
import { markdownToHtml } from './markdown.js';
import { statusPage } from './statusPage.js';

describe('pages of error codes', () => {
  it('show headings, paragraphs, lists and code', () => {
    const text = '# CODE: Title\n\n**What.** A `word`\nand more.\n\n- one\n  goes on\n- two\n\n```\nnpm <run>\n```\n';
    expect(markdownToHtml(text)).toBe(
      '<h1>CODE: Title</h1>\n<p><strong>What.</strong> A <code>word</code> and more.</p>\n' +
        '<ul><li>one goes on</li><li>two</li></ul>\n<pre><code>npm &lt;run&gt;</code></pre>'
    );
  });

  it('never become markup of their own', () => {
    const html = markdownToHtml('# <script>alert(1)</script>\n\n<img src=x onerror=y> `<b>` "quoted"');
    expect(html).not.toMatch(/<script|<img|<b>/);
    expect(html).toContain('&quot;quoted&quot;');
  });
});

describe('the status page', () => {
  const status: NodeStatusAnswer = {
    organization: 'finca-alta',
    organizationName: 'Finca <Alta>',
    network: 'Test & more',
    publicUrl: null,
    chainId: 'c',
    mode: 'NORMAL',
    height: 27,
    blockHash: 'b',
    blockTimeMs: 0,
    stateRoot: 's',
    certifiedHeight: 26,
    epoch: 0,
    view: 1,
    leader: 'finca-alta',
    validators: 4,
    quorum: 3,
    reachable: 4,
    quorumMargin: 1,
    pendingTransactions: 0,
    commitLatencyMs: null,
    reason: null,
    peers: [
      { index: 1, organization: '<b>', connected: false, committedHeight: null, view: null, lastHeardMs: null }
    ],
    projectionHeight: 27,
    events: 214,
    custodyMode: false,
    ready: true,
    version: '0.1.0'
  };

  it('says in words and with a sign whether all is well, and escapes what it shows', () => {
    const page = statusPage(status);
    expect(page).toContain('✔ Healthy');
    expect(page).toContain('Finca &lt;Alta&gt;');
    expect(page).toContain('Test &amp; more');
    expect(page).not.toMatch(/<b>|<script|style="/);
  });

  it('gives the reason when it is not', () => {
    const page = statusPage({ ...status, reason: '2 of 4 reachable, 3 needed; nothing is lost; waiting' });
    expect(page).toContain('⚠ 2 of 4 reachable, 3 needed; nothing is lost; waiting');
    expect(page).not.toContain('Healthy');
  });
});
