// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Runs the body with the values of the job that runs, which the others of its pipeline do not share. */
void call(Map options, Closure body) {
    withEnv(options.environment ?: []) {
        withEnv(readRow(options.table)) { body() }
    }
}

/** The job's row of the table. The table itself is let go of: what a build holds while it waits is saved with it. */
List readRow(String table) {
    Map rows = readJSON(text: libraryResource(resource: "jobs/${table}.json", encoding: 'UTF-8'), returnPojo: true)
    // Not JOB_BASE_NAME: whoever starts a job with a parameter of that name could choose another job's values.
    String job = currentBuild.projectName
    if (!rows.containsKey(job)) {
        error "resources/jobs/${table}.json has no values for '${job}': it is no job of project.yaml any more."
    }
    return rows[job]
}
