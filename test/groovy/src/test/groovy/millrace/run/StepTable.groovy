package millrace.run

/** What is known of steps without running them. */
class StepTable {
    /** The parameter that a lone argument means. */
    static final Map<String, String> SOLE = [
        sh: 'script', echo: 'message', error: 'message', unstable: 'message', node: 'label', stage: 'name', dir: 'path',
        stash: 'name', unstash: 'name', readFile: 'file', fileExists: 'file', timeout: 'time', retry: 'count', sleep: 'time',
        withEnv: 'overrides', withCredentials: 'bindings', parallel: 'branches', input: 'message', junit: 'testResults',
        archiveArtifacts: 'artifacts', lock: 'resource', milestone: 'ordinal', libraryResource: 'resource', checkout: 'scm',
        ansiColor: 'colorMapName', warnError: 'message', slackSend: 'message', build: 'job', readJSON: 'file', readYaml: 'file',
        writeJSON: 'file', properties: 'properties', writeFile: 'file', catchError: 'message', library: 'identifier', findFiles: 'glob']
    /** Descriptions of things, not actions: they appear as arguments of steps. */
    static final List<String> SYMBOLS = ['string', 'usernamePassword', 'usernameColonPassword', 'file', 'sshUserPrivateKey',
        'gitUsernamePassword', 'booleanParam', 'choice', 'text', 'logRotator', 'buildDiscarder', 'scmGit', 'disableConcurrentBuilds']
    /** Steps that are only noted. */
    static final List<String> NOTED = ['mail', 'slackSend', 'emailext', 'milestone', 'deleteDir', 'cleanWs',
        'httpRequest', 'githubNotify', 'properties', 'build', 'publishHTML', 'sleep', 'jobDsl']
}
