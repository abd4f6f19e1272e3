/** The program of the threads that read texts from outside (reader.ts). It is bundled as `dist/bundle/reader.js`. */
import { serveTasks } from '../../host/index.js';
import { readings, type TaskKind, type Tasks } from './tasks.js';

serveTasks((input) => {
  const { kind, of } = input as { readonly kind: TaskKind; readonly of: unknown };
  return (readings[kind].read as (of: unknown) => Tasks[TaskKind]['result'])(of);
});
