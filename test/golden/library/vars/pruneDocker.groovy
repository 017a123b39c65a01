// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Frees what no running, previous or recent version needs; `dryRun` only says what it would free. */
void call(Map options = [:]) {
    millrace(label: options.label ?: 'deploy', aws: options.aws) {
        if (options.dryRun) {
            sh 'millrace prune --dry-run'
        } else {
            sh 'millrace prune'
        }
    }
}
