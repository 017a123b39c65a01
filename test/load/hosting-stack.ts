/** A stack file as `validate` wants that of Jenkins; each part may be left out or written otherwise. */
export interface HostingStackText {
  image: string;
  build: number;
  deploy: number;
  memory: string;
  /** Ids of credentials. */
  credentials: readonly string[];
}

const FOR_JENKINS = 'uid: "1000", gid: "1000", mode: 0400';

/** @returns one service, mount or definition a line */
export function hostingStack(given: Partial<HostingStackText> = {}): string {
  const { image = 'redis:7', build = 1, deploy = 1, memory = '2G', credentials = [] } = given;
  const own = ['jenkins_admin_password', 'jenkins_service_password', 'jenkins_agent_key'];
  const secrets = [...own, ...credentials.map((id) => `jenkins_credential_${id}`)];
  const agent = (name: string, more: readonly string[]): string[] => [
    `  ${name}:`,
    `    image: "${image}"`,
    '    configs:',
    '      - { source: jenkins_controller_key, target: /run/configs/controller_key.pub }',
    '    secrets:',
    '      - { source: jenkins_agent_host_key, target: agent_host_key, mode: 0400 }',
    ...more,
    '    deploy: { resources: { limits: { memory: 2G } } }',
  ];
  return [
    'services:',
    '  controller:',
    `    image: "${image}"`,
    '    configs:',
    '      - { source: jenkins_casc, target: /run/casc/jenkins.yaml }',
    '      - { source: jenkins_agent_host_public_key, target: /run/configs/jenkins_agent_host_public_key }',
    '    secrets:',
    ...secrets.map((source) => `      - { source: ${source}, ${FOR_JENKINS} }`),
    `    deploy: { resources: { limits: { memory: ${memory} } } }`,
    ...Array.from({ length: build }, (_, index) => agent(`build-${index + 1}`, [])).flat(),
    ...Array.from({ length: deploy }, (_, index) =>
      agent(`deploy-${index + 1}`, [`      - { source: jenkins_service_password, ${FOR_JENKINS} }`]),
    ).flat(),
    'configs:',
    '  jenkins_casc: { file: ./jenkins/casc.yaml }',
    '  jenkins_controller_key: { external: true }',
    '  jenkins_agent_host_public_key: { external: true }',
    'secrets:',
    ...[...secrets, 'jenkins_agent_host_key'].map((name) => `  ${name}: { external: true }`),
    '',
  ].join('\n');
}
