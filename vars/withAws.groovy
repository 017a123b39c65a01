// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Runs the body with the access key for AWS, which only jobs of the trusted branch's folder can read. */
void call(Map options, Closure body) {
    if (!options.credential || !millrace.delivers()) {
        body()
        return
    }
    withCredentials([usernamePassword(
        credentialsId: options.credential,
        usernameVariable: 'AWS_ACCESS_KEY_ID',
        passwordVariable: 'AWS_SECRET_ACCESS_KEY'
    )]) { body() }
}
