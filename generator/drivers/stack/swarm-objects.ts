/** Objects of a Swarm as the engine's API gives them, as far as stacks need them (docs.docker.com/reference/api/engine). */

export type Labels = Readonly<Record<string, string>>;

export interface ServiceSpec {
  Name: string;
  Labels?: Labels;
  TaskTemplate: TaskSpec;
  Mode?: { Replicated?: { Replicas?: number } };
  [field: string]: unknown;
}

export interface TaskSpec {
  ContainerSpec?: {
    Image: string;
    /** The words after the entrypoint. */
    Args?: string[] | null;
    Configs?: { ConfigName: string }[] | null;
    Secrets?: { SecretName: string; File?: { Name: string } }[] | null;
    Env?: string[] | null;
    Mounts?: { Type?: string; Source?: string; Target?: string; ReadOnly?: boolean }[] | null;
  };
  Networks?: { Target: string }[] | null;
  Placement?: { Constraints?: string[] | null };
  ForceUpdate?: number;
  RestartPolicy?: { Condition?: string };
  [field: string]: unknown;
}

export interface SwarmService {
  ID: string;
  CreatedAt?: string;
  Version: { Index: number };
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  /** Absent until the first update; `updating`, `paused`, `completed`, `rollback_started`, `rollback_completed`, … */
  UpdateStatus?: { State?: string; Message?: string };
  /** With `status=true`. */
  ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
}

export interface SwarmTask {
  ID: string;
  CreatedAt: string;
  ServiceID: string;
  Slot?: number;
  NodeID?: string;
  DesiredState: string;
  Spec: TaskSpec;
  Status: {
    Timestamp: string;
    State: string;
    Err?: string;
    Message?: string;
    ContainerStatus?: { ExitCode?: number };
  };
}

/** A config, or a secret without its data. */
export interface SwarmFile {
  ID: string;
  CreatedAt: string;
  Spec: { Name: string; Labels?: Labels; Data?: string };
}

export interface SwarmNetwork {
  Id: string;
  Name: string;
  Labels?: Labels | null;
  Scope?: string;
}

/** Query that lists what bears these labels. */
export function labelQuery(...labels: readonly string[]): string {
  return `filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`;
}
