package millrace.generated

/** Repositories with generated files: the one given by `millrace.root`, and samples that the real CLI generates here. */
class Generated {
    static final File ROOT = new File(System.getProperty('millrace.root', '../..')).canonicalFile
    /** The checkout whose CLI is used: two folders above this Maven project. */
    static final File CLI = new File('../../bin').canonicalFile
    private static final Map<String, File> SAMPLES = [:]

    static List<File> jenkinsfiles(File root) {
        ([new File(root, 'Jenkinsfile')] + below(root, 'jenkins', ~/.*\.Jenkinsfile/)).findAll { it.file }
    }

    static List<File> steps(File root) { below(root, 'vars', ~/.*\.groovy/) }

    static List<File> jobDsl(File root) { below(root, 'jenkins', ~/.*\.groovy/) }

    /** Name of each job that Job DSL makes in the trusted branch's folder -> its pipeline. */
    static Map<String, File> jobs(File root) {
        jobDsl(root).collectMany { JobDslRun.pipelines(it.getText('UTF-8')).entrySet() }
            .collectEntries { [it.key.tokenize('/').last(), new File(root, it.value)] }
    }

    private static List<File> below(File root, String folder, pattern) {
        def found = []
        def top = new File(root, folder)
        if (top.directory) top.eachFileRecurse { if (it.file && it.name ==~ pattern) found << it }
        return found.sort()
    }

    /** `project:` of a repository's project.yaml. */
    static String projectOf(File root) {
        def file = new File(root, 'project.yaml')
        def line = file.file ? file.readLines().find { it =~ /^project:/ } : null
        if (!line) throw new AssertionError((Object) "no project: in $file")
        return line.replaceFirst('^project:', '').replaceFirst(' #.*', '').trim().replaceAll(/^['"]|['"]$/, '')
    }

    /**
     * A small project in a temporary folder, with what `millrace generate` wrote; made once.
     * @param name of its folder in src/test/resources: `project`, or `external` with another's registry and AWS accounts
     */
    static File sample(String name = 'project') {
        if (!SAMPLES[name]) {
            def sample = java.nio.file.Files.createTempDirectory('millrace-project').toFile()
            addShutdownHook { sample.deleteDir() }
            def from = new File(Generated.getResource("/$name/project.yaml").toURI()).parentFile
            millrace.run.Files.copy(from, sample)
            run(sample, 'git', 'init', '--quiet')
            run(sample, 'git', 'add', '--all')
            run(sample, 'git', '-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '--quiet', '--message', 'x')
            run(sample, new File(CLI, 'millrace').path, 'generate')
            SAMPLES[name] = sample
        }
        return SAMPLES[name]
    }

    static String run(File directory, String... command) {
        def process = new ProcessBuilder(command).directory(directory).redirectErrorStream(true).start()
        process.outputStream.close()
        def output = process.inputStream.getText('UTF-8')
        if (process.waitFor() != 0) throw new AssertionError((Object) "${command.join(' ')} failed:\n$output")
        return output
    }
}
