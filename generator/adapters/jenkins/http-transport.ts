import { readFileSync } from 'node:fs';
import { SERVICE_USER } from '../../model/jenkins/hosting-stack.ts';
import { UserError } from '../../model/user-error.ts';
import { TransportFailure } from './jenkins-transport.ts';
import type { JenkinsRequest, JenkinsResponse, JenkinsTransport } from './jenkins-transport.ts';
import { requestWhole } from './request-whole.ts';

export interface HttpTransportSettings {
  /** `http://controller:8080`, without a slash at its end. */
  base: string;
  /** Read for each request: the secret may be rotated. */
  passwordFile: string;
}

/** Requests of a build to its own Jenkins. */
export function createHttpTransport({ base, passwordFile }: HttpTransportSettings): JenkinsTransport {
  const send = async (
    { method, path, form }: JenkinsRequest,
    further: Readonly<Record<string, string>> = {},
  ): Promise<JenkinsResponse> => {
    const login = Buffer.from(`${SERVICE_USER}:${readPassword(passwordFile)}`).toString('base64');
    const type: Record<string, string> =
      form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' };
    const { status, headers, body } = await requestWhole(`${base}${path}`, {
      method,
      headers: { Authorization: `Basic ${login}`, ...type, ...further },
      ...(form === undefined ? {} : { body: form }),
    });
    const values = Object.entries(headers).map(([name, value = '']): [string, string] => [
      name,
      [value].flat().join('\n'),
    ]);
    return { status, headers: new Map(values), body };
  };
  return {
    name: `Jenkins at ${base}`,
    send: async (request) => {
      if (request.method === 'GET') return send(request);
      const crumbs = await send({ method: 'GET', path: '/crumbIssuer/api/json' }).catch((error: unknown) => {
        // Of the request itself nothing was sent.
        throw error instanceof TransportFailure ? new TransportFailure(error.message, false) : error;
      });
      return send(request, crumbHeaders(crumbs));
    },
  };
}

/** Where it gives none, the request is sent without and answered with what is wrong. */
function crumbHeaders({ status, headers, body }: JenkinsResponse): Record<string, string> {
  if (status !== 200) return {};
  const found = /"crumb"\s*:\s*"([^"\\]+)"/.exec(body.toString('utf8'))?.[1];
  const field = /"crumbRequestField"\s*:\s*"([^"\\]+)"/.exec(body.toString('utf8'))?.[1];
  if (found === undefined || field === undefined) return {};
  const cookies = (headers.get('set-cookie') ?? '').split('\n').map((one) => one.split(';', 1)[0]!.trim());
  const pairs = cookies.filter((one) => one !== '').join('; ');
  return { [field]: found, ...(pairs === '' ? {} : { Cookie: pairs }) };
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      'JENKINS_DENIED',
      `the password for Jenkins cannot be read: ${file} (${code}), which MILLRACE_JENKINS_PASSWORD_FILE names`,
    );
  }
}
