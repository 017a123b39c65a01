/** The project.yaml of the design, word for word. */
export const SAMPLE_PROJECT = `# yaml-language-server: $schema=./resources/project.schema.json
millrace: 0.1.0
project: shop
repository: https://git.example.com/acme/shop.git
scm: { kind: git, credential: git }                      # git: branches only; github: pull requests and commit status
branch: master
registry: own                                            # or { url: 1234.dkr.ecr.…, credential: … }
aws: { region: us-west-1, accounts: ["123456789012"] }   # any other account is refused
ssh_keys: [ops/keys/alice.pub]

images:
  api:      { context: services/api, test: [npm, test] }
  jenkins:  { context: jenkins-image, target: controller }
amis:
  cluster-node: { template: packer/cluster-node.pkr.hcl, playbook: ansible/swarm_node.yml,
                  source: { owner: "136693071363", name: "debian-12-amd64-*", architecture: x86_64, virtualization: hvm, rootDevice: ebs } }
infrastructure:
  cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, amis: [cluster-node],
             replace: rolling, variables: { instance_type: t3.medium, nodes: 3, ssh_from: [203.0.113.0/24] } }
stacks:
  shop: { file: stacks/shop.yml, on: cluster }
jenkins: { url: https://ci.shop.example.com, admins: [alice], agents: { build: 2, deploy: 1 }, memory: 2g }
retention: { commits: 50, days: 30 }
backup: { to: s3://shop-backups }
jobs:
  prune:   { schedule: "H 3 * * *", run: prune }
  nightly: { schedule: "H 1 * * *", steps: [ { sh: ./nightly.sh } ], timeout: 30m }
notify: { slack: { credential: slack-webhook }, mail: [ops@example.com], on: [failure, fixed] }
`;

/** The files that it names. */
export const SAMPLE_FILES: Readonly<Record<string, string>> = {
  'ops/keys/alice.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4y alice\n',
  'services/api/Dockerfile': 'FROM debian:bookworm-slim\n',
  'jenkins-image/Dockerfile': 'FROM jenkins/jenkins:2.541.3-lts AS controller\n',
  'jenkins-image/plugins.txt': 'git:5.7.0\n',
  'packer/cluster-node.pkr.hcl': '',
  'ansible/swarm_node.yml': '[]\n',
  'ansible/deploy.yml': '[]\n',
  'ansible/destroy.yml': '[]\n',
  'stacks/shop.yml':
    'services:\n  api:\n    image: shop/api\n  jenkins:\n    image: shop/jenkins\n  cache:\n    image: redis:7\n',
};
