/**
 * A stand-in for GitHub's REST API: one repository in memory, on a loopback port. It is strict: requests and responses
 * that GitHub's published OpenAPI description does not allow are violations, and `stop` throws if there were any.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.js';
import * as add from './add.js';
import { appOf, isAppToken } from './app-token.js';
import { ApiError, type Actor, type Answer } from './call.js';
import { Faults, type Fault, type FaultRule } from './faults.js';
import { answerGraphql } from './graphql.js';
import { errorAnswer, handle } from './handle.js';
import {
  accountOf,
  newState,
  timeOf,
  type App,
  type Comment,
  type Issue,
  type Level,
  type Pull,
  type Review,
  type State,
} from './state.js';
import { Tokens, type TokenKind } from './tokens.js';

export { Gate, type Fault, type FaultRule } from './faults.js';
export type { TokenKind } from './tokens.js';

export interface SentRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** 0: the client got no response. */
  readonly status: number;
}

export interface GitHubOptions {
  /** owner/name */
  readonly repository: string;
  /** `/api/v3`, as of GitHub Enterprise. Default: none, as of github.com. */
  readonly basePath?: string;
  /** What time it is at GitHub. */
  readonly now?: () => Date;
}

export async function startGitHub(options: GitHubOptions): Promise<GitHubStandIn> {
  const standIn = new GitHubStandIn(options);
  await standIn.start();
  return standIn;
}

/** Starts empty; `stop` ends it. */
export class GitHubStandIn {
  readonly state: State;
  /** In the order of arrival, except those that still wait. */
  readonly requests: SentRequest[] = [];
  #violations: string[] = [];
  readonly #basePath: string;
  readonly #tokens: Tokens;
  readonly #faults = new Faults();
  #server: Awaited<ReturnType<typeof startHttpServer>> | null = null;

  constructor({ repository, basePath = '', now = () => new Date() }: GitHubOptions) {
    this.#basePath = basePath;
    this.state = newState(repository, now);
    this.#tokens = new Tokens(this.state);
  }

  async start(): Promise<void> {
    this.#server = await startHttpServer((request, response) => this.#serve(request, response));
  }

  /** Base URL of the API. */
  get url(): string {
    if (this.#server === null) throw new Error('the stand-in has not started');
    return `${this.#server.url}${this.#basePath}`;
  }

  get violations(): readonly string[] {
    return this.#violations;
  }

  /** The violations so far, for a test that expects them. They are forgotten. */
  takeViolations(): string[] {
    return this.#violations.splice(0);
  }

  /** @throws Error if requests or responses did not comply with GitHub's description */
  async stop(): Promise<void> {
    await this.#server?.stop();
    const violations = this.takeViolations();
    if (violations.length > 0)
      throw new Error(`not as GitHub describes its API:\n${violations.map((v) => `  - ${v}\n`).join('')}`);
  }

  tokenOf(kind: TokenKind): string {
    return this.#tokens.tokenOf(kind);
  }

  addPull(pull: add.NewPull): Pull {
    return add.addPull(this.state, pull);
  }

  addIssue(issue: add.NewIssue): Issue {
    return add.addIssue(this.state, issue);
  }

  /** As a person edits its text. null: their account was deleted since. */
  editIssue(issue: Issue, login: string | null, body: string): void {
    add.editIssue(this.state, issue, body, login === null ? null : accountOf(this.state, login));
  }

  addComment(issue: number, comment: add.NewComment): Comment {
    return add.addComment(this.state, issue, comment);
  }

  /** As a person edits it. */
  editComment(comment: Comment, body: string): void {
    comment.body = body;
    comment.updatedAt = timeOf(this.state);
  }

  addReview(pull: number, review: add.NewReview): Review {
    return add.addReview(this.state, pull, review);
  }

  addTeam(org: string, slug: string, members: readonly string[]): void {
    this.state.teams.push({ org, slug, members: [...members] });
  }

  /** A commit that is neither of a branch nor the head, base or merge of a pull request. */
  addCommit(sha: string): void {
    this.state.commits.add(sha);
  }

  setBranch(name: string, sha: string): void {
    this.state.branches.set(name, sha);
  }

  addApp(app: add.NewApp): App {
    return add.addApp(this.state, app);
  }

  setPermission(login: string, level: Level | 'none'): void {
    accountOf(this.state, login);
    if (level === 'none') this.state.permissions.delete(login.toLowerCase());
    else this.state.permissions.set(login.toLowerCase(), level);
  }

  /** Replaces the rules. */
  setFaults(rules: readonly FaultRule[]): void {
    this.#faults.set(rules, this.state.nextId);
  }

  /** Rules that have not affected as many requests as they should. */
  get faultsLeft(): readonly FaultRule[] {
    return this.#faults.left;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const entry = { method, path: url, status: 0 };
    this.requests.push(entry);
    const text = await readBody(request);
    const address = new URL(url, this.url);
    const faults = this.#faults.take(`${method} ${address.pathname}`);
    for (const { fault } of faults) {
      if (fault.kind === 'wait') await fault.gate.pass();
      if (fault.kind === 'before') await fault.run(this.state);
    }
    if (faults.some(({ fault }) => fault.kind === 'reset')) return void request.socket.destroy();
    const early = faults.map(({ fault }) => errorOfFault(fault)).find((answer) => answer !== null);
    const stale = faults.filter(({ fault }) => fault.kind === 'stale').map(({ fromId }) => fromId);
    const answer = early ?? this.#answer(request, address, text, Math.min(Infinity, ...stale));
    for (const { fault } of faults) if (fault.kind === 'after') await fault.run(this.state);
    if (faults.some(({ fault }) => fault.kind === 'lost-response')) return void request.socket.destroy();
    entry.status = this.#send(request, response, answer);
  }

  #answer(request: IncomingMessage, address: URL, text: string, unlistedFromId: number): Answer {
    const report = (violation: string) => void this.#violations.push(violation);
    const { method = '', headers } = request;
    const problem = problemOfHeaders(headers, text);
    if (problem !== null) {
      report(`${method} ${address.pathname}: ${problem}`);
      return errorAnswer(400, problem);
    }
    const { rateLimit } = this.state;
    if (rateLimit.remaining <= 0) return errorAnswer(403, 'API rate limit exceeded for installation.');
    const actor = this.#actorOf(headers.authorization);
    if (actor instanceof ApiError) return errorAnswer(actor.status, actor.message);
    let body: unknown;
    try {
      body = text === '' ? undefined : JSON.parse(text);
    } catch {
      report(`${method} ${address.pathname}: the body is not JSON`);
      return errorAnswer(400, 'Problems parsing JSON');
    }
    const query = Object.fromEntries(address.searchParams);
    // GitHub Enterprise has it beside `/api/v3`.
    if (method === 'POST' && this.#basePath === '/api/v3' && address.pathname === '/api/graphql')
      return answerGraphql(this.state, actor, body, report);
    if (!address.pathname.startsWith(`${this.#basePath}/`)) return errorAnswer(404, 'Not Found');
    const path = address.pathname.slice(this.#basePath.length);
    if (method === 'POST' && path === '/graphql') return answerGraphql(this.state, actor, body, report);
    return handle(
      this.state,
      this.url,
      { method, path, query, body, actor, tokens: this.#tokens, unlistedFromId },
      report,
    );
  }

  #actorOf(authorization: string | undefined): Actor | ApiError {
    if (authorization === undefined) return { kind: 'anonymous' };
    const [, scheme = '', token = ''] = /^(token|bearer) (\S+)$/i.exec(authorization) ?? [];
    try {
      if (isAppToken(token) && scheme.toLowerCase() === 'bearer')
        return { kind: 'app', app: appOf(this.state, token) };
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
    return this.#tokens.actorOf(token) ?? new ApiError(401, 'Bad credentials');
  }

  /** Sends the answer, or 304 if the client has it already. */
  #send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Answer): number {
    const text = body === undefined ? '' : JSON.stringify(body);
    const isCacheable = request.method === 'GET' && status === 200;
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
    const isKnown = isCacheable && request.headers['if-none-match'] === etag;
    const { rateLimit } = this.state;
    // A 304 is free.
    if (!isKnown && rateLimit.remaining > 0) rateLimit.remaining--;
    response.writeHead(isKnown ? 304 : status, {
      ...(text === '' || isKnown ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...(isCacheable ? { etag, 'cache-control': 'private, max-age=60, s-maxage=60' } : {}),
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': randomUUID(),
      'x-ratelimit-limit': rateLimit.limit,
      'x-ratelimit-remaining': rateLimit.remaining,
      'x-ratelimit-used': rateLimit.limit - rateLimit.remaining,
      'x-ratelimit-reset': rateLimit.resetAtS,
      'x-ratelimit-resource': 'core',
      ...headers,
    });
    response.end(isKnown ? undefined : text);
    return isKnown ? 304 : status;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const mediaTypes = /^(\*\/\*|application\/json|application\/vnd\.github(\.v3)?(\.raw)?\+json)(,|;|$)/;
const apiVersions = ['2022-11-28', '2026-03-10'];

function problemOfHeaders(headers: IncomingMessage['headers'], body: string): string | null {
  const version = headers['x-github-api-version'];
  if ((headers['user-agent'] ?? '') === '') return 'the request has no User-Agent, which GitHub requires';
  if (!mediaTypes.test(headers.accept ?? ''))
    return `it accepts ${headers.accept ?? 'nothing'}, not GitHub's JSON`;
  if (version !== undefined && !apiVersions.includes(String(version)))
    return `there is no API version ${String(version)}`;
  if (body !== '' && !(headers['content-type'] ?? '').startsWith('application/json'))
    return 'the body is not marked as JSON';
  return null;
}

function errorOfFault(fault: Fault): Answer | null {
  switch (fault.kind) {
    case 'status':
      return errorAnswer(fault.status, fault.status === 502 ? 'Server Error' : 'Unavailable');
    case 'forbidden':
      return errorAnswer(403, 'Resource not accessible by integration');
    case 'secondary-limit':
      return errorAnswer(
        fault.status ?? 403,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        undefined,
        { 'retry-after': String(fault.retryAfterS) },
      );
    case 'reset':
    case 'lost-response':
    case 'wait':
    case 'stale':
    case 'before':
    case 'after':
      return null;
  }
}
