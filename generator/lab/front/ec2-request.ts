/** What a request to AWS asks for. */
export interface Ec2Request {
  /** As the credential's scope names it, such as `ec2`; empty where the request is not signed. */
  service: string;
  region: string;
  /** EC2's query protocol: `RunInstances`; empty where it is another. */
  action: string;
  parameters: URLSearchParams;
}

/**
 * Reads the query protocol (Amazon EC2 API reference, "Query requests"): parameters in the URL or as a form, the region
 * in the signature's scope (AWS Signature Version 4).
 */
export function readEc2Request(url: string, authorization: string | undefined, body: string): Ec2Request {
  const [, region = '', service = ''] =
    /Credential=[^/]*\/[0-9]{8}\/([^/]+)\/([^/]+)\//.exec(authorization ?? '') ?? [];
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const parameters = new URLSearchParams(body === '' ? query : body);
  return { service, region, action: parameters.get('Action') ?? '', parameters };
}

/** True where nothing of EC2's world is different after it. */
export const onlyReads = ({ service, action }: Ec2Request): boolean =>
  (service !== '' && service !== 'ec2') || /^(?:Describe|Get|List)/.test(action);
