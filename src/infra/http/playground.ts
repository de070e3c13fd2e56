import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeHTMLParts, type RuruClientConfig, ruruHTML } from 'ruru/server';
import { getStaticFile } from 'ruru/static';
import { notHere } from './http-error.js';

/** Nothing of the page comes from, or talks to, another host. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
].join('; ');
const STATIC_PATH = '/ruru/';

interface Operation {
  name: string;
  document: string;
  /** Valid values for the variables that its operations need, as JSON. */
  variables: string;
}

/** The operations that the page offers: one tab for each file, with the samples of samples.json. */
function readOperations(folder: string): Operation[] {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith('.graphql')) : [];
  const samplesFile = path.join(folder, 'samples.json');
  const samples: Record<string, object> = files.length > 0 ? JSON.parse(fs.readFileSync(samplesFile, 'utf8')) : {};
  return files.toSorted().map((file) => {
    const name = path.basename(file, '.graphql');
    const document = fs.readFileSync(path.join(folder, file), 'utf8');
    return { name, document, variables: JSON.stringify(samples[name] ?? {}, null, 2) };
  });
}

/**
 * Fills the page's storage once, before it starts: the operations as tabs. GraphiQL opens the tab whose query,
 * variables and headers are the ones stored beside the tabs; it would add another where one of the three differs.
 */
function seed(operations: Operation[]): string {
  const [first] = operations;
  const tab = ({ name, document, variables }: Operation) => ({
    id: name,
    hash: null,
    title: name,
    query: document,
    variables,
    headers: null,
    operationName: null,
    response: null,
  });
  const stored: Record<string, string> = {
    'graphiql:tabState': JSON.stringify({ activeTabIndex: 0, tabs: operations.map(tab) }),
    'graphiql:query': first?.document ?? '',
    'graphiql:variables': first?.variables ?? '',
  };
  const json = JSON.stringify(stored).replaceAll('<', '\\u003c');
  return `<script>if(localStorage.getItem('clipledger:seeded')!=='2'){const s=${json};localStorage.removeItem('graphiql:headers');for(const k in s)localStorage.setItem(k,s[k]);localStorage.setItem('clipledger:seeded','2')}</script>`;
}

/** A field for the token above the page. */
const TOKEN_FIELD = `<form id="token-bar" onsubmit="return false"><label for="token">Token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" placeholder="none: you ask as nobody"></form>`;

const STYLE = `<style>
#token-bar {
  align-items: center; box-sizing: border-box; display: flex; font: 14px system-ui, sans-serif;
  gap: 8px; height: 40px; padding: 4px 12px;
}
#token { flex: 1; font: inherit; max-width: 640px; padding: 4px 8px; }
#ruru-root { height: calc(100vh - 40px) !important; }
body.graphiql-dark #token-bar { background: #212a3b; color: #fff; }
</style>`;

/**
 * Keeps the token of the field for all tabs and over reloads, and sends it with every operation: as a header over
 * HTTP, in connection_init over the WebSocket. What somebody types under "Headers" comes first.
 */
const TOKEN_SCRIPT = `<script>
(() => {
  const key = 'clipledger:token';
  const bearer = () => {
    const token = (localStorage.getItem(key) ?? '').trim().replace(/^Bearer /i, '');
    return token && 'Bearer ' + token;
  };
  const plainFetch = window.fetch;
  window.fetch = (input, init) => {
    const url = new URL(typeof input === 'string' ? input : (input.url ?? input), location.href);
    if (url.origin !== location.origin || url.pathname !== '/graphql') return plainFetch(input, init);
    const headers = new Headers(init?.headers);
    if (!headers.get('authorization') && bearer()) headers.set('authorization', bearer());
    return plainFetch(input, { ...init, headers });
  };
  const plainSend = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (bearer() && typeof data === 'string' && data.includes('"connection_init"')) {
      const message = JSON.parse(data);
      if (message.type === 'connection_init') {
        const payload = { Authorization: bearer(), ...message.payload };
        return plainSend.call(this, JSON.stringify({ ...message, payload }));
      }
    }
    return plainSend.call(this, data);
  };
  addEventListener('DOMContentLoaded', () => {
    const field = document.getElementById('token');
    field.value = localStorage.getItem(key) ?? '';
    field.addEventListener('input', () => localStorage.setItem(key, field.value));
    addEventListener('storage', (event) => {
      if (event.key === key) field.value = event.newValue ?? '';
    });
  });
})();
</script>`;

/**
 * Registers the playground's files.
 * @returns sends the page, for GET /graphql in a browser
 */
export function registerPlayground(app: FastifyInstance, operationsFolder: string): (reply: FastifyReply) => void {
  const config = {
    staticPath: STATIC_PATH,
    endpoint: '/graphql',
    clientConfig: { isHeadersEditorEnabled: true } as RuruClientConfig,
  };
  const parts = makeHTMLParts(config);
  const htmlParts = {
    titleTag: '<title>Clipledger</title>',
    styleTags: parts.styleTags + STYLE,
    headerScripts: seed(readOperations(operationsFolder)) + TOKEN_SCRIPT + parts.headerScripts,
    bodyContent: TOKEN_FIELD + parts.bodyContent,
  };
  const html = ruruHTML({ ...config, htmlParts });
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());
  app.get(`${STATIC_PATH}*`, sendFile);
  return (reply) => {
    reply.type('text/html; charset=utf-8').header('content-security-policy', CONTENT_SECURITY_POLICY).send(html);
  };
}

/** A file of the playground, compressed as it is kept, or 304 when the browser has it. */
async function sendFile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const acceptEncoding = request.headers['accept-encoding'];
  const file = await getStaticFile({ staticPath: STATIC_PATH, urlPath: request.url, acceptEncoding });
  if (!file) throw notHere();
  if (request.headers['if-none-match'] === file.headers.etag) return reply.code(304).send();
  return reply.headers({ ...file.headers, vary: 'accept-encoding' }).send(file.content);
}
