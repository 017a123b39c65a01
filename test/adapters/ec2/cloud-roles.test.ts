import { describe, expect, test } from '@jest/globals';
import type { AwsClients, IamModule } from '../../../generator/adapters/ec2/aws-clients.ts';
import { findTaggedRoles } from '../../../generator/adapters/ec2/cloud-roles.ts';
import { findDenied } from '../../ansible/policies.ts';

type Held = Record<string, { project: string } | 'gone'>;

/** A stand-in of IAM's client, which tells no tags in its lists: names by pages of two. */
function iamOf(roles: Held, profiles: Held): Pick<AwsClients, 'iam'> & { actions: string[] } {
  const actions: string[] = [];
  const pagesOf = (held: Held, part: string, key: string) =>
    async function* paginate(): AsyncGenerator<object> {
      const names = Object.keys(held).map((name) => ({ [key]: name }));
      for (let at = 0; at < names.length; at += 2) yield Promise.resolve({ [part]: names.slice(at, at + 2) });
    };
  class Command {
    input: { RoleName?: string; InstanceProfileName?: string };
    constructor(input: Command['input']) {
      this.input = input;
    }
  }
  const sdk = {
    paginateListRoles: pagesOf(roles, 'Roles', 'RoleName'),
    paginateListInstanceProfiles: pagesOf(profiles, 'InstanceProfiles', 'InstanceProfileName'),
    ListRoleTagsCommand: Command,
    ListInstanceProfileTagsCommand: Command,
  };
  const send = ({ input }: Command): Promise<object> => {
    const tagged =
      input.RoleName === undefined ? profiles[input.InstanceProfileName!] : roles[input.RoleName];
    return tagged === 'gone' || tagged === undefined
      ? Promise.reject(Object.assign(new Error('no such thing'), { name: 'NoSuchEntityException' }))
      : Promise.resolve({ Tags: [{ Key: 'millrace:project', Value: tagged.project }] });
  };
  return {
    actions,
    iam: (action, call) => {
      actions.push(action);
      return call({ send } as never, sdk as unknown as IamModule);
    },
  };
}

describe('roles and instance profiles of a project', () => {
  const shop = { project: 'shop' };

  test('are found on every page by their names, and believed by their tags', async () => {
    const clients = iamOf(
      { other: shop, 'shop-a-node': shop, 'shop-x-a-node': { project: 'shop-x' }, 'shop-b-node': shop },
      { 'shop-a-node': shop, shopping: shop },
    );
    const found = await findTaggedRoles(clients, 'shop');
    expect(found.map(({ type, id }) => `${type} ${id}`)).toEqual([
      'role shop-a-node',
      'role shop-b-node',
      'instance profile shop-a-node',
    ]);
    expect(clients.actions.filter((action) => action === 'iam:ListRoleTags')).toHaveLength(3);
  });

  test('that go meanwhile are not there', async () => {
    expect(await findTaggedRoles(iamOf({ 'shop-a-node': 'gone' }, {}), 'shop')).toEqual([]);
  });

  test('are looked for by what the policy for destroy allows', async () => {
    const clients = iamOf({ 'shop-a-node': shop }, { 'shop-a-node': shop });
    await findTaggedRoles(clients, 'shop');
    expect(new Set(clients.actions).size).toBe(4);
    expect(findDenied(clients.actions, 'destroy')).toEqual([]);
  });
});
