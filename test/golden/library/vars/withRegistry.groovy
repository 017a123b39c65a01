// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Runs the body with the registry's credential, which only jobs of the trusted branch's folder can read. */
void call(Map options, Closure body) {
    if (!options.credential || !millrace.delivers()) {
        body()
        return
    }
    withCredentials([usernamePassword(
        credentialsId: options.credential,
        usernameVariable: 'MILLRACE_REGISTRY_USERNAME',
        passwordVariable: 'MILLRACE_REGISTRY_PASSWORD'
    )]) { body() }
}
