import { demand, type Handler } from '../call.js';
import { presentRepository } from '../present/repository.js';

export const repositoryOperations: Record<string, Handler> = {
  'repos/get'(call) {
    demand(call, 'read', 'metadata');
    const counts = { network_count: 0, subscribers_count: 0 };
    return { status: 200, body: { ...presentRepository(call, call.state.repository), ...counts } };
  },
};
