/** What GitHub Actions gives to a step: a clone by actions/checkout, an event, and variables. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { lavaflow, type Outcome } from '../cli/run.js';
import { startGitHttpServer, type GitHttpServer } from '../git/git-http-server.js';
import { makeTestDirectory, testRepositoryAt, type TestRepository } from '../git/git-repository.js';
import { startGitHub, type GitHubStandIn, type TokenKind } from './index.js';

const account = { username: 'x-access-token', secret: 'ghs_of_the_run' };

export interface Step {
  readonly event: string;
  readonly payload: object;
  readonly token?: TokenKind;
  readonly actor?: string;
  readonly runId?: string;
  /** Variables that differ; undefined: not set. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A repository on GitHub: git over HTTP with an account, and the API. */
export class TestGitHub {
  readonly #directory: string;
  readonly #git: GitHttpServer;
  readonly api: GitHubStandIn;
  readonly repository = 'example-org/lab';
  /** Where commits are made and pushed from. */
  readonly author: TestRepository;
  #clones = 0;

  private constructor(directory: string, git: GitHttpServer, api: GitHubStandIn) {
    this.#directory = directory;
    this.#git = git;
    this.api = api;
    this.author = testRepositoryAt(join(directory, 'author'));
  }

  static async start(): Promise<TestGitHub> {
    const directory = await makeTestDirectory();
    const served = join(directory, 'served');
    await mkdir(join(served, 'example-org'), { recursive: true });
    const git = await startGitHttpServer(served, account);
    const github = new TestGitHub(directory, git, await startGitHub({ repository: 'example-org/lab' }));
    const bare = join(served, 'example-org/lab.git');
    await testRepositoryAt(directory).git('init', '--quiet', '--bare', '--initial-branch=main', bare);
    await testRepositoryAt(directory).git('init', '--quiet', '--initial-branch=main', 'author');
    await github.author.git('remote', 'add', 'origin', bare);
    return github;
  }

  async stop(): Promise<void> {
    await this.#git.stop();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
    await this.api.stop();
  }

  /** Commits files on a new branch from a commit and pushes it to a ref. */
  async push(ref: string, from: string | null, files: Readonly<Record<string, string>>): Promise<string> {
    if (from !== null) await this.author.git('checkout', '--quiet', '--detach', from);
    const commit = await this.author.commit(files);
    await this.author.git('push', '--quiet', '--force', 'origin', `HEAD:${ref}`);
    return commit;
  }

  /** As actions/checkout leaves it: one commit, no branches of others, and the credentials in its configuration. */
  async checkout(commit: string): Promise<string> {
    this.#clones += 1;
    const directory = join(this.#directory, `clone-${this.#clones}`);
    await mkdir(directory);
    const clone = testRepositoryAt(directory);
    const { username, secret } = account;
    const basic = Buffer.from(`${username}:${secret}`).toString('base64');
    await clone.git('init', '--quiet');
    await clone.git('remote', 'add', 'origin', `${this.#git.url}/${this.repository}.git`);
    await clone.git('config', `http.${this.#git.url}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
    await clone.git('fetch', '--quiet', '--depth=1', '--no-tags', 'origin', commit);
    await clone.git('checkout', '--quiet', '--detach', commit);
    return directory;
  }

  /** Runs `lavaflow ARGS` as a step of a workflow. @returns also what the page of the run shows */
  async run(clone: string, args: readonly string[], step: Step): Promise<Outcome & { summary: string }> {
    const [event, summary] = ['event.json', 'summary.md'].map((name) => `${clone}.${name}`) as [
      string,
      string,
    ];
    await writeFile(event, JSON.stringify(step.payload));
    await writeFile(summary, '');
    const outcome = await lavaflow(clone, args, {
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: this.api.url,
      GITHUB_SERVER_URL: 'https://github.example.org',
      GITHUB_REPOSITORY: this.repository,
      GITHUB_EVENT_NAME: step.event,
      GITHUB_EVENT_PATH: event,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_ACTOR: step.actor ?? 'vendor',
      GITHUB_RUN_ID: step.runId ?? '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_TOKEN: this.api.tokenOf(step.token ?? 'workflow'),
      ...step.variables,
    });
    return { ...outcome, summary: await readFile(summary, 'utf8') };
  }
}
