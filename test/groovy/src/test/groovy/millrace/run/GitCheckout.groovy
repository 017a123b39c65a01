package millrace.run

import hudson.AbortException

/** `checkout scm` for real, by the commands of Jenkins' git plugin: every branch fetched, one checked out at a detached head. */
class GitCheckout {
    /** @return the commit's id */
    static String into(File workspace, String repository, String branch, Map<String, String> env) {
        def git = { String... words -> run(workspace, env, words) }
        git('init', '--quiet')
        git('config', 'remote.origin.url', repository)
        git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*')
        git('fetch', '--quiet', '--tags', '--force', 'origin')
        git('checkout', '--quiet', '--force', '--detach', "refs/remotes/origin/$branch".toString())
        return git('rev-parse', 'HEAD').trim()
    }

    private static String run(File workspace, Map<String, String> env, String... words) {
        def builder = new ProcessBuilder(['git'] + words.toList()).directory(workspace).redirectErrorStream(true)
        builder.environment().clear()
        builder.environment().putAll(env.findAll { it.value != null })
        def process = builder.start()
        process.outputStream.close()
        def output = process.inputStream.getText('UTF-8')
        if (process.waitFor() != 0) throw new AbortException("git ${words[0]} failed: $output")
        return output
    }
}
