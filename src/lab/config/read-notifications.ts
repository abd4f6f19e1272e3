import type { Finding } from '../../diagnostics/index.js';
import { Report } from '../report.js';
import { readChecked, type Checked } from '../yaml/check-schema.js';
import { listAt, textAt, type YamlTree } from '../yaml/yaml-tree.js';

export type NotificationSettings = Checked<'notifications'>;

/** Reads a file with notifications. It is not part of a lab: `file` is what findings call it. */
export function readNotifications(
  file: string,
  text: string,
): { readonly settings: NotificationSettings | null; readonly findings: readonly Finding[] } {
  const report = new Report(() => true);
  const checked = readChecked('notifications', { path: file, text }, report, (yaml) => {
    checkChannels(yaml, report);
  });
  return { settings: report.hasErrors(file) ? null : (checked?.value ?? null), findings: report.findings };
}

/** Reports what the schema cannot. */
function checkChannels(yaml: YamlTree, report: Report): void {
  const names = new Set<string>();
  for (const index of listAt(yaml, ['channels']).keys()) {
    const at = ['channels', index];
    const name = textAt(yaml, [...at, 'name']);
    if (name !== undefined && names.has(name)) {
      const message = `two channels are named "${name}"`;
      report.error(
        'yaml-wrong-value',
        yaml.placeOf([...at, 'name']),
        message,
        'Give each channel a name of its own.',
      );
    }
    if (name !== undefined) names.add(name);
    checkMail(yaml, [...at, 'mail'], report);
    const program = textAt(yaml, [...at, 'command', 'run', 0]);
    if (program !== undefined && !program.startsWith('/')) {
      const hint = 'Write an absolute path, which starts with "/".';
      report.error(
        'yaml-wrong-value',
        yaml.placeOf([...at, 'command', 'run', 0]),
        `"${program}" is not an absolute path`,
        hint,
      );
    }
  }
}

function checkMail(yaml: YamlTree, at: readonly (string | number)[], report: Report): void {
  const host = textAt(yaml, [...at, 'host']);
  const isLocal = host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  if (textAt(yaml, [...at, 'tls']) === 'none' && host !== undefined && !isLocal) {
    const message = 'mail to another machine must be encrypted';
    report.error('yaml-wrong-value', yaml.placeOf([...at, 'tls']), message, 'Write starttls or implicit.');
  }
}
