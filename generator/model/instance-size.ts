/** GiB of memory of EC2's burstable sizes (docs.aws.amazon.com/ec2/latest/instancetypes/gp.html). */
const BURSTABLE: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};

/** GiB for each vCPU of the families that have one ratio in all sizes. */
const RATIO: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** @param type such as `t3.medium` @returns GiB; undefined of a family or size that is not known here */
export function memoryOf(type: string): number | undefined {
  const { family, size } = parse(type);
  if (/^t[234][ag]?$/.test(family)) return BURSTABLE[size];
  const vcpus = vcpusOf(type);
  const ratio = /^[cmr][5-9]/.test(family) ? RATIO[family[0]!] : undefined;
  return vcpus === undefined || ratio === undefined ? undefined : vcpus * ratio;
}

/** @returns undefined of a family or size that is not known here */
export function vcpusOf(type: string): number | undefined {
  const { family, size } = parse(type);
  if (/^t[234][ag]?$/.test(family)) return size === '2xlarge' ? 8 : size === 'xlarge' ? 4 : 2;
  if (!/^[cmr][5-9]/.test(family)) return undefined;
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  const times = /^([0-9]*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : 4 * Number(times || '1');
}

function parse(type: string): { family: string; size: string } {
  const [family = '', size = ''] = type.split('.');
  return { family, size };
}
