import type { Answer } from './proxy.ts';

/**
 * What EC2 says of a volume that was made of nothing is an empty snapshot id
 * (docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html); the stand-in says none, and Ansible's modules fail.
 */
export function completeAnswer(action: string, answer: Answer): Answer {
  if (action !== 'DescribeVolumes' || answer.status !== 200) return answer;
  const body = Buffer.from(completeVolumes(answer.body.toString('utf8')));
  const headers = answer.headers.map((value, index, all) =>
    all[index - 1]?.toLowerCase() === 'content-length' ? String(body.length) : value,
  );
  return { ...answer, headers, body };
}

/** @param xml answer to DescribeVolumes */
export function completeVolumes(xml: string): string {
  const start = xml.indexOf('<volumeSet>');
  let depth = 0;
  let has = false;
  return xml.replace(/<(\/?)(item|snapshotId)(\s*\/)?>/g, (tag, closes: string, name: string, empty, at) => {
    if ((at as number) < start) return tag;
    if (name === 'snapshotId') {
      has = true;
      return tag;
    }
    if (closes === '') {
      if (depth++ === 0) has = false;
      return tag;
    }
    return --depth === 0 && !has ? `<snapshotId></snapshotId>${tag}` : tag;
  });
}
