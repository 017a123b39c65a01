/**
 * Runs the body with the registry's credential, which only jobs of the trusted branch's folder can read; with `reuse`
 * those of branches as well, but for pull requests from forks.
 */
void call(Map options, Closure body) {
    boolean trusted = millrace.delivers() || (options.reuse && !env.CHANGE_FORK)
    if (!options.credential || !trusted) {
        body()
        return
    }
    withCredentials([usernamePassword(
        credentialsId: options.credential,
        usernameVariable: 'MILLRACE_REGISTRY_USERNAME',
        passwordVariable: 'MILLRACE_REGISTRY_PASSWORD'
    )]) { body() }
}
