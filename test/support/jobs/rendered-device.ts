import { execFileSync } from 'node:child_process';

const root = new URL('../../../', import.meta.url).pathname;

/** A device of the sample lab, rendered by CPython's Jinja2 with a job's context. */
export function renderDevice(hostname: string, context: object): string {
  const program = `
import json, sys, jinja2
folders = [sys.argv[1] + 'device-dictionaries', sys.argv[1] + 'device-types']
environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folders), trim_blocks=True)
print(environment.get_template(sys.argv[2] + '.jinja2').render(**json.loads(sys.argv[3])))`;
  return execFileSync('/usr/bin/python3', ['-c', program, root, hostname, JSON.stringify(context)], {
    encoding: 'utf8',
  });
}
