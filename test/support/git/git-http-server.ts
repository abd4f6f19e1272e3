import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { isolatedGit } from './git-repository.js';
import { startHttpServer, type TestServer } from '../http-server.js';

/** What happens to a request. `lose-answer`: git executes it, and the connection breaks before the response. */
export type GitFault = 'pass' | 'lose-answer' | { readonly status: number; readonly body: string };

export interface GitHttpServer extends TestServer {
  /** Decides about each request; initially `pass`. */
  fault: (request: { readonly method: string; readonly path: string }) => GitFault;
}

/**
 * git's own HTTP server (`git http-backend`) for the repositories in a directory, with one account that may read and
 * push.
 */
export async function startGitHttpServer(
  directory: string,
  account: { readonly username: string; readonly secret: string },
): Promise<GitHttpServer> {
  const basic = Buffer.from(`${account.username}:${account.secret}`).toString('base64');
  const server: GitHttpServer = {
    ...(await startHttpServer(async (request, response) => {
      const fault = server.fault({ method: request.method ?? '', path: request.url ?? '' });
      if (typeof fault === 'object') {
        response.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.body);
        return;
      }
      if (request.headers.authorization?.replace(/^basic /i, '') !== basic) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return;
      }
      const answer = await runBackend(directory, account.username, request);
      if (fault === 'lose-answer') response.destroy();
      else sendCgi(answer, response);
    })),
    fault: () => 'pass',
  };
  return server;
}

/** CGI (RFC 3875): the request in variables and on standard input, the response on standard output. */
async function runBackend(directory: string, user: string, request: IncomingMessage): Promise<Buffer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      ...isolatedGit,
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: user,
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: [request.headers['git-protocol'] ?? ''].flat().join(''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const parts: Uint8Array[] = [];
  for await (const part of child.stdout as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}

function sendCgi(answer: Buffer, response: ServerResponse): void {
  const end = answer.indexOf('\r\n\r\n');
  const headers = answer
    .subarray(0, end)
    .toString('latin1')
    .split('\r\n')
    .map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  for (const header of headers)
    if (header?.[1] !== 'Status') response.setHeader(header?.[1] ?? '', header?.[2] ?? '');
  const status = headers.find((header) => header?.[1] === 'Status')?.[2] ?? '200';
  response.writeHead(Number.parseInt(status, 10)).end(answer.subarray(end + 4));
}
