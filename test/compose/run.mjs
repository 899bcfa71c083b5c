// `npm run test:compose`: brings docker-compose.yml up for real, captures the coffee story, stops an organization, sees
// the chain go on, and tears down. Needs Docker and compose; says how to get them when they are missing.
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PROJECT = 'lading-test';
/** Not the demo's ports, so that both can run at once. */
const PORTS = [14101, 14102, 14103, 14104];
const URLS = PORTS.map((port) => `http://127.0.0.1:${port}`);
const PORT_VARIABLES = Object.fromEntries(PORTS.map((port, index) => [`LADING_PORT_${index + 1}`, String(port)]));
const HEALTH_TIMEOUT_MS = 180_000;
let passed = 0;
let failed = 0;

function run(command, args, { quiet = false } = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, env: { ...process.env, ...PORT_VARIABLES, DOCKER_BUILDKIT: '0', COMPOSE_DOCKER_CLI_BUILD: '0' } });
  if (result.status !== 0 && !quiet) process.stdout.write(`${command} ${args.join(' ')}\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}\n`);
  return { ok: result.status === 0, text: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}

const docker = ['/usr/bin/docker', 'docker'].find((candidate) => run(candidate, ['info'], { quiet: true }).ok);
const plugin = docker !== undefined && run(docker, ['compose', 'version'], { quiet: true }).ok;
const standalone = run('docker-compose', ['version'], { quiet: true }).ok;
if (docker === undefined || (!plugin && !standalone)) {
  process.stderr.write(
    'This suite needs a running Docker engine and docker compose.\n' +
    'Get them: Debian/Ubuntu: apt-get install docker.io docker-compose; elsewhere: Docker Desktop or Podman with its Docker API.\n'
  );
  process.exit(1);
}
const compose = (...args) => {
  const all = ['-p', PROJECT, '-f', 'docker-compose.yml', ...args];
  return plugin ? run(docker, ['compose', ...all]) : run('docker-compose', all);
};

function check(name, ok, detail = '') {
  if (ok) passed += 1;
  else failed += 1;
  process.stdout.write(`${ok ? '✔' : '✘'} ${name}${detail === '' ? '' : `: ${detail}`}\n`);
  return ok;
}

/** GET on a connection of its own: sockets kept from before a container restarted would lie. */
function get(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: 5000 }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += String(chunk)));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
      answer.on('error', () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}
const status = async (url) => {
  const answer = await get(`${url}/status`);
  return answer?.status === 200 ? JSON.parse(answer.body) : null;
};
const ready = async (url) => (await get(`${url}/health/ready`))?.status === 200;

async function until(timeoutMs, holds) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await delay(500);
  }
  return false;
}

async function suite() {
  const image = process.env.LADING_NODE_IMAGE ?? 'node:24-bookworm-slim';
  if (!check('the image builds', run(docker, ['build', '--network=host', '--build-arg', `NODE_IMAGE=${image}`, '-t', 'lading:dev', '.']).ok)) return;
  if (!check('docker-compose.yml comes up', compose('up', '-d').ok)) return;
  const healthy = await until(HEALTH_TIMEOUT_MS, async () => (await Promise.all(URLS.map(ready))).every(Boolean));
  if (!check('four nodes are ready', healthy)) return process.stdout.write(compose('logs', '--tail', '20').text);
  const user = run(docker, ['inspect', '-f', '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}', `${PROJECT}_finca-alta_1`], { quiet: true }).ok
    ? run(docker, ['inspect', '-f', '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}', `${PROJECT}_finca-alta_1`]).text.trim()
    : run(docker, ['inspect', '-f', '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}', `${PROJECT}-finca-alta-1`]).text.trim();
  check('nodes run as an ordinary user on a read-only root', user === 'node true', user);
  const story = compose('run', '--rm', 'story');
  check('the coffee story is captured', story.ok && /Loaded \d+ of \d+ events/.test(story.text), story.text.trim().split('\n').at(-1));
  const before = await status(URLS[0]);
  const agree = async () => {
    const [first, ...others] = await Promise.all(URLS.map(status));
    return first !== null && others.every((other) => other?.stateRoot === first.stateRoot);
  };
  check('all organizations agree', await until(30_000, agree), `height ${before?.height}`);
  compose('stop', 'nordic-roast');
  check('one organization is stopped', !(await ready(URLS[2])));
  const after = compose('run', '--rm', 'story', 'apps/node/dist/story.js', '--one-more', '--directory', '/network', '--url', 'http://{id}:4100');
  const height = (await status(URLS[0]))?.height ?? 0;
  check('the chain goes on without it', after.ok && height > (before?.height ?? Infinity), `height ${before?.height} → ${height}`);
  compose('start', 'nordic-roast');
  check('it catches up when it is back', await until(60_000, async () => ((await status(URLS[2]))?.height ?? 0) >= height));
}

try {
  await suite();
} finally {
  check('everything is torn down', compose('down', '-v', '--remove-orphans').ok);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
