import type { DeviceFact, JobFact } from './invariants.js';

const requestMs = 15_000;

interface Page {
  readonly next: string | null;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** The master through its API, as any client sees it. Every method throws when the master does not respond with success. */
export class MasterClient {
  /** Requests that were sent. */
  requests = 0;
  readonly #url: () => string;
  readonly #token: () => string;

  constructor(url: () => string, token: () => string) {
    this.#url = url;
    this.#token = token;
  }

  /** @returns the job's ID: from now on, the master must not lose it */
  async submit(definition: string): Promise<number> {
    const text = await this.#request('POST', 'jobs/', { definition });
    const [id] = (JSON.parse(text) as { job_ids: readonly (number | string)[] }).job_ids;
    return Number(id);
  }

  async cancel(id: number): Promise<void> {
    await this.#request('POST', `jobs/${id}/cancel/`, {});
  }

  async setHealth(device: string, health: string): Promise<void> {
    await this.#request('POST', `devices/${device}/set_health/`, { health, reason: 'soak' });
  }

  async job(id: number): Promise<JobFact> {
    return jobFact(JSON.parse(await this.#request('GET', `jobs/${id}/`)) as Record<string, unknown>);
  }

  /** The newest jobs. */
  async newestJobs(limit: number): Promise<JobFact[]> {
    const text = await this.#request('GET', `jobs/?ordering=-id&limit=${limit}`);
    return (JSON.parse(text) as Page).results.map(jobFact);
  }

  async allJobs(): Promise<JobFact[]> {
    const jobs: JobFact[] = [];
    const limit = 100;
    for (let offset = 0; ; offset += limit) {
      const text = await this.#request('GET', `jobs/?ordering=id&limit=${limit}&offset=${offset}`);
      const page = JSON.parse(text) as Page;
      jobs.push(...page.results.map(jobFact));
      if (page.next === null) return jobs;
    }
  }

  async devices(): Promise<DeviceFact[]> {
    const page = JSON.parse(await this.#request('GET', 'devices/?limit=100')) as Page;
    return page.results.map((row) => ({
      name: String(row['hostname']),
      state: String(row['state']),
      health: String(row['health']),
      reason: text(row['lavaflow_health_reason']),
      currentJob: typeof row['current_job'] === 'number' ? row['current_job'] : null,
    }));
  }

  /** The names of the workers that are online. */
  async onlineWorkers(): Promise<string[]> {
    const page = JSON.parse(await this.#request('GET', 'workers/?limit=100')) as Page;
    return page.results.flatMap((row) => (row['state'] === 'Online' ? [String(row['hostname'])] : []));
  }

  /** The lines of a log. */
  async log(id: number): Promise<string[]> {
    const text = await this.#request('GET', `jobs/${id}/logs/`);
    return text.split('\n').filter((line) => line !== '');
  }

  /** The names SUITE/CASE of the results in a job's suite `lava`. */
  async ownResults(id: number): Promise<string[]> {
    const suites = JSON.parse(await this.#request('GET', `jobs/${id}/suites/?limit=100`)) as Page;
    const own = suites.results.find(({ name }) => name === 'lava');
    if (own === undefined) return [];
    const tests = JSON.parse(
      await this.#request('GET', `jobs/${id}/suites/${String(own['id'])}/tests/?limit=1000`),
    ) as Page;
    return tests.results.map(({ name }) => `lava/${String(name)}`);
  }

  async #request(method: 'GET' | 'POST', path: string, body?: object): Promise<string> {
    this.requests += 1;
    const response = await fetch(`${this.#url()}/api/v0.2/${path}`, {
      method,
      headers: {
        authorization: `Token ${this.#token()}`,
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestMs),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.slice(0, 300)}`);
    return answer;
  }
}

function jobFact(row: Readonly<Record<string, unknown>>): JobFact {
  return {
    id: Number(row['id']),
    state: String(row['state']),
    health: String(row['health']),
    device: text(row['actual_device']),
    isHealthCheck: row['health_check'] === true,
    errorType: text(row['error_type']),
    errorMessage: text(row['error_msg']),
    endTime: text(row['end_time']),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
