/** What a registry has; many do not tell, so only the project's own is asked. */
export interface RegistryCatalog {
  /** The paths of all repositories of a registry, pages followed. @param domain `127.0.0.1:5000` */
  listRepositories: (domain: string) => Promise<string[]>;
}
