import type { NodeStatusAnswer } from '@lading/api';
import { escapeHtml, htmlPage } from './html.js';

/** The root page: is it safe, is it live, and where to go next. */
export function statusPage(status: NodeStatusAnswer): string {
  const verdict =
    status.reason === null
      ? '<p class="good" role="status">✔ Healthy: blocks go on.</p>'
      : `<p class="bad" role="status">⚠ ${escapeHtml(status.reason)}</p>`;
  const title = `${status.organizationName} — Lading node`;
  return htmlPage(
    title,
    `<h1>${escapeHtml(status.organizationName)}</h1>
<p>Node of <code>${escapeHtml(status.organization)}</code> in the network “${escapeHtml(status.network)}”.</p>
${verdict}
${facts(status)}
${peers(status)}
<nav aria-label="More">
<a href="/docs">API documentation</a><a href="/openapi.json">OpenAPI file</a><a href="/status">Status as JSON</a>
<a href="/metrics">Metrics</a><a href="/errors">Error codes</a><a href="/v1/genesis">Genesis (trust anchor)</a>
</nav>`
  );
}

function facts(status: NodeStatusAnswer): string {
  const latency = status.commitLatencyMs;
  const rows: readonly (readonly [string, string])[] = [
    ['Height', `${status.height} (certified up to ${status.certifiedHeight})`],
    ['Agreement', `${status.reachable} of ${status.validators} validators reachable, ${status.quorum} needed`],
    ['Leader', `${status.leader} in view ${status.view}`],
    [
      'Final in',
      latency === null ? 'nothing submitted here yet' : `${latency.median.toFixed(0)} ms (median of ${latency.count})`
    ],
    ['Events', status.events === null ? '–' : `${status.events}, as of height ${status.projectionHeight ?? 0}`],
    ['Last block', new Date(status.blockTimeMs).toISOString()],
    ['Chain id', status.chainId],
    ['Version', status.version]
  ];
  const cells = rows.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${escapeHtml(value)}</td></tr>`);
  return `<table><caption>This node</caption><tbody>${cells.join('')}</tbody></table>`;
}

function peers(status: NodeStatusAnswer): string {
  const rows = status.peers.map(({ organization, connected, committedHeight }) => {
    const state = connected ? '<span class="good">✔ connected</span>' : '<span class="bad">✘ not connected</span>';
    return `<tr><td>${escapeHtml(organization)}</td><td>${state}</td><td>${committedHeight ?? '–'}</td></tr>`;
  });
  return `<table><caption>Peers</caption>
<thead><tr><th scope="col">Organization</th><th scope="col">Connection</th><th scope="col">Height</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>`;
}
