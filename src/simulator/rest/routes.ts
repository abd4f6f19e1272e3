import type { Master } from '../master.js';
import { Refusal } from '../refusal.js';
import { deviceTypes } from './device-types.js';
import { devices, validate } from './devices.js';
import { aliases, groups, permissions, tags, users } from './directory.js';
import { jobs } from './jobs.js';
import { type Answer, html, requireSuperuser, requireUser, type RestRequest } from './request.js';
import type { Action, Resource } from './resource.js';
import { system } from './system.js';
import { workers } from './workers.js';

const resources: Readonly<Record<string, Resource>> = {
  devices,
  devicetypes: deviceTypes,
  workers,
  aliases,
  tags,
  'permissions/devices': permissions('device'),
  'permissions/devicetypes': permissions('devicetype'),
  groups,
  users,
  jobs,
};

/** The target of a path. */
export interface Route {
  /** The object of a write, for the journal. */
  readonly object: string;
  answer(request: RestRequest): Answer;
}

/** The default pattern of names in a path. */
const anyName = /^[^/.]+$/;

/** The route of a path below `/api/v0.2/`, without its final slash; null if there is none. */
export function routeOf(master: Master, path: string): Route | null {
  const parts = path.split('/');
  if (parts[0] === 'system' && parts.length === 2) {
    const name = parts[1] ?? '';
    return {
      object: `system/${name}`,
      answer(request) {
        if (request.method !== 'GET') throw notAllowed(request);
        return system(master, request, name) ?? notHere();
      },
    };
  }
  const depth = parts[0] === 'permissions' ? 2 : 1;
  const key = parts.slice(0, depth).join('/');
  const resource = Object.hasOwn(resources, key) ? resources[key] : undefined;
  if (resource === undefined || resource.isThere?.(master.release) === false) return null;
  const [name, action, ...rest] = parts.slice(depth);
  if (rest.length > 0) return null;
  if (name === undefined) {
    return { object: resource.kind, answer: (request) => onList(master, resource, request) };
  }
  if (key === 'devices' && name === 'validate' && action === undefined) {
    return { object: 'device/validate', answer: (request) => validate(master, request) };
  }
  if (!(resource.names?.(master.release) ?? anyName).test(name)) return null;
  const object = `${resource.kind}/${name}`;
  if (action === undefined) return { object, answer: (request) => onEntry(master, resource, request, name) };
  const found =
    resource.actions !== undefined && Object.hasOwn(resource.actions, action)
      ? resource.actions[action]
      : undefined;
  if (found === undefined || found.isThere?.(master.release) === false) return null;
  return { object, answer: (request) => onAction(master, resource, found, request, name) };
}

function onList(master: Master, resource: Resource, request: RestRequest): Answer {
  checkRead(resource, request);
  if (request.method === 'GET') return resource.list(master, request);
  if (request.method === 'POST' && resource.create !== undefined) return resource.create(master, request);
  throw notAllowed(request);
}

function onEntry(master: Master, resource: Resource, request: RestRequest, name: string): Answer {
  checkRead(resource, request);
  if (request.method === 'GET') return resource.show(master, request, name);
  const isUpdate = request.method === 'PUT' || request.method === 'PATCH';
  if (isUpdate && resource.update !== undefined) return resource.update(master, request, name);
  if (request.method === 'DELETE' && resource.remove !== undefined) {
    return resource.remove(master, request, name);
  }
  throw notAllowed(request);
}

function onAction(
  master: Master,
  resource: Resource,
  action: Action,
  request: RestRequest,
  name: string,
): Answer {
  checkRead(resource, request);
  if (request.method === 'GET' && action.get !== undefined) return action.get(master, request, name);
  if (request.method === 'POST' && action.post !== undefined) return action.post(master, request, name);
  throw notAllowed(request);
}

function checkRead(resource: Resource, { caller }: RestRequest): void {
  if (resource.read === 'users') requireUser(caller);
  if (resource.read === 'superusers') requireSuperuser(caller);
}

function notAllowed({ method }: RestRequest): Refusal {
  return new Refusal(405, `Method "${method}" not allowed.`);
}

/** Requests to paths that REST does not have are answered by the web site. */
export function notHere(): Answer {
  return html(404, '<!DOCTYPE html><html><body><h1>404</h1></body></html>');
}
