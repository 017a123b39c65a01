import { UserError } from '../../model/user-error.ts';
import type { RunGroupRequest, RunKey } from '../../ports/machine-images.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode } from './explain-aws-error.ts';
import { writeTags } from './read-tags.ts';

/** Names hold the run's id: one that is there already is of a call whose answer was lost, and its key with it. */
export async function makeKey(
  { ec2 }: AwsClients,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<RunKey> {
  const create = (): Promise<RunKey> =>
    ec2('ec2:CreateKeyPair', async (client, { CreateKeyPairCommand }) => {
      const specification = { ResourceType: 'key-pair' as const, Tags: writeTags(tags) };
      const answer = await client.send(
        new CreateKeyPairCommand({ KeyName: name, KeyType: 'ed25519', TagSpecifications: [specification] }),
      );
      return { name, privateKey: answer.KeyMaterial ?? '' };
    });
  return create().catch(async (error: unknown) => {
    if (codeOf(error) !== 'InvalidKeyPair.Duplicate') throw error;
    await ec2('ec2:DeleteKeyPair', (client, { DeleteKeyPairCommand }) =>
      client.send(new DeleteKeyPairCommand({ KeyName: name })),
    );
    return create();
  });
}

export async function makeGroup(
  clients: AwsClients,
  { name, port, sources, subnet, tags }: RunGroupRequest,
): Promise<string> {
  const network = subnet === undefined ? undefined : await networkOf(clients, subnet);
  const id = await createGroup(clients, name, network, tags);
  const rule = {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IpRanges: sources.filter((cidr) => !cidr.includes(':')).map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: sources.filter((cidr) => cidr.includes(':')).map((CidrIpv6) => ({ CidrIpv6 })),
  };
  await clients
    .ec2('ec2:AuthorizeSecurityGroupIngress', (client, { AuthorizeSecurityGroupIngressCommand }) =>
      client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [rule] })),
    )
    .catch((error: unknown) => {
      if (codeOf(error) !== 'InvalidPermission.Duplicate') throw error;
    });
  return id;
}

async function createGroup(
  { ec2 }: AwsClients,
  name: string,
  network: string | undefined,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    return await ec2('ec2:CreateSecurityGroup', async (client, { CreateSecurityGroupCommand }) => {
      const specification = { ResourceType: 'security-group' as const, Tags: writeTags(tags) };
      const answer = await client.send(
        new CreateSecurityGroupCommand({
          GroupName: name,
          Description: 'SSH while a machine image is baked',
          ...(network === undefined ? {} : { VpcId: network }),
          TagSpecifications: [specification],
        }),
      );
      return answer.GroupId ?? '';
    });
  } catch (error) {
    if (codeOf(error) !== 'InvalidGroup.Duplicate') throw error;
    return ec2('ec2:DescribeSecurityGroups', async (client, { DescribeSecurityGroupsCommand }) => {
      const filters = [{ Name: 'group-name', Values: [name] }];
      const answer = await client.send(new DescribeSecurityGroupsCommand({ Filters: filters }));
      const id = answer.SecurityGroups?.[0]?.GroupId;
      if (id === undefined) throw error;
      return id;
    });
  }
}

async function networkOf({ ec2 }: AwsClients, subnet: string): Promise<string> {
  return ec2('ec2:DescribeSubnets', async (client, { DescribeSubnetsCommand }) => {
    const answer = await client.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
    const network = answer.Subnets?.[0]?.VpcId;
    if (network === undefined)
      throw new UserError('AWS_FAILED', `EC2 shows no subnet ${subnet}; check the variable subnet_id`);
    return network;
  });
}

function codeOf(error: unknown): string {
  return awsErrorCode(error instanceof UserError ? error.cause : error);
}
