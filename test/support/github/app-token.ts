/** The JSON web token with which an app identifies itself. */
import { verify } from 'node:crypto';
import { ApiError } from './call.js';
import type { App, State } from './state.js';

const maxLifetimeS = 600;
/** Clocks differ. */
const toleranceS = 60;

interface Claims {
  readonly iss?: string | number;
  readonly iat?: number;
  readonly exp?: number;
}

export function isAppToken(token: string): boolean {
  return token.split('.').length === 3;
}

/** @throws ApiError 401 */
export function appOf(state: State, token: string): App {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { alg } = parse(header) as { alg?: string };
  const { iss, iat = NaN, exp = NaN } = parse(payload) as Claims;
  const app = state.apps.find(({ id }) => String(id) === String(iss));
  if (app === undefined || app.publicKey === null) throw new ApiError(404, 'Integration not found');
  const signed = Buffer.from(`${header}.${payload}`);
  const isGenuine =
    alg === 'RS256' && verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'));
  if (!isGenuine) throw new ApiError(401, 'A JSON web token could not be decoded');
  const nowS = state.now().getTime() / 1000;
  if (!(exp > nowS))
    throw refused(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > nowS + maxLifetimeS + toleranceS)
    throw refused("'Expiration time' claim ('exp') is too far in the future");
  if (!(iat <= nowS + toleranceS))
    throw refused(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return app;
}

function refused(message: string): ApiError {
  return new ApiError(401, message);
}

function parse(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    throw new ApiError(401, 'A JSON web token could not be decoded');
  }
}
