package millrace.run

import hudson.AbortException
import millrace.declarative.DeclarativeStandIn

/**
 * One build: what is around it (job, branch, causes, agents, credentials, what `sh` answers), and its run through
 * JenkinsPipelineUnit with the library of a repository, as plain Groovy or through CPS.
 */
class PipelineRun implements Dispatcher, Unsaved {
    /** Holds vars/ and resources/. */
    File root = new File(System.getProperty('millrace.root', '../..')).canonicalFile
    boolean cps = true
    String jobName = 'shop/deliver/deliver'
    int number = 7
    String commit = '0123456789abcdef0123456789abcdef01234567'
    /** Result of the build before, or null. */
    String previous = 'SUCCESS'
    /** When that one was scheduled; milliseconds since 1970. */
    long previousTime = 0
    Map<String, String> env = [:]
    /** The build's parameters; as on Jenkins, `sh` sees them as environment variables. */
    Map params = [:]
    List<Map> causes = [[_class: 'jenkins.branch.BranchEventCause', shortDescription: 'Push event to branch master']]
    /** Credential ids that this job can see. */
    Set<String> credentials = [] as Set
    /** Regular expressions of job names by agent label, as the controller's job restrictions have them. */
    Map<String, String> agents = [build: '.*', deploy: '[^/]+/deliver/.*']
    Closure shell = { ShCall c -> '' }
    boolean realShell = false
    /** Copied into the workspace by a checkout. */
    File checkedOut
    /** Where a checkout clones from, and of which branch; without one, `commit` is what it says that it found. */
    String repository
    String branch = 'main'
    /** Holds a workspace for each job and label, as agents do from build to build; without it each `node` has an empty one. */
    String workspaces
    /** Whether a JUnit report holds a failure, which makes a build unstable. */
    boolean failingTests = false
    /** Steps replaced by the test: name -> closure of a StepCall. */
    Map<String, Closure> overrides = [:]
    /** What a person answers: a closure of the input's StepCall; by default nobody is there. */
    Closure answers = { StepCall c -> throw new AssertionError((Object) "nobody answers: ${c['message']}") }

    private Build build
    private Steps steps

    BuildRecord file(File jenkinsfile) { text(jenkinsfile.getText('UTF-8')) }

    /** Runs a pipeline, declarative or scripted. */
    BuildRecord text(String source) {
        def home = java.nio.file.Files.createTempDirectory('millrace-build').toFile()
        try {
            def helper = Library.helper(root, cps)
            helper.dispatcher = this
            prepare(helper, home)
            def error = null
            try {
                build.script = Library.load(helper, source, binding())
                helper.runScript(build.script)
            } catch (AssertionError e) {
                throw e
            } catch (Throwable e) {
                error = unwrap(e)
                build.current.result = Build.resultOf(error)
            }
            return new BuildRecord(build.events, build.current, error, build.archived, build.env.effective())
        } finally {
            home.deleteDir()
        }
    }

    private void prepare(helper, File home) {
        def url = "https://ci.example.com/job/${jobName.replace('/', '/job/')}/$number/"
        def base = [JOB_NAME: jobName, JOB_BASE_NAME: jobName.tokenize('/').last(), BUILD_NUMBER: "$number".toString(),
                    BUILD_ID: "$number".toString(), BUILD_TAG: "jenkins-${jobName.replace('/', '-')}-$number".toString(),
                    BUILD_URL: url.toString(), JENKINS_URL: 'https://ci.example.com/', HOME: home.path, PATH: System.getenv('PATH')]
        build = new Build(env: new BuildEnvironment(base + params.collectEntries { k, v -> [k, v.toString()] } + env), runner: helper, jobName: jobName, home: home, workspaces: workspaces,
            current: new CurrentBuild(number: number, jobName: jobName, url: url.toString(), causes: causes, previous: previous, previousTime: previousTime))
        steps = new Steps(build, this)
    }

    private BuildBinding binding() {
        new BuildBinding(build.env, [env: build.env, params: new LinkedHashMap(params), currentBuild: build.current, scm: [symbol: 'scm']])
    }

    @Override
    Object dispatch(Script from, String name, Object[] args) {
        def own = Scripts.own(from, name, args)
        if (Scripts.declares(from, own)) return build.runner.callOwn(own, from, args)
        def step = Scripts.step(from, name)
        if (step != null) {
            def call = Scripts.own(step, 'call', args)
            if (!call) throw new MissingMethodException('call', step.getClass(), args)
            return build.runner.callOwn(call, step, args)
        }
        if (name == 'pipeline') return new DeclarativeStandIn(build, this, steps).run(args[0])
        if (steps.knows(name)) return steps.call(name, args)
        if (own) return build.runner.callOwn(own, from, args)
        throw new NoSuchMethodError("No such DSL method '$name' found among steps")
    }

    /** A job that no agent with this label takes waits for ever; a test must not. */
    void agentFor(String label, String job) {
        if (!label) return
        def allowed = agents.findAll { l, names -> label.tokenize(' &|()').contains(l) && job ==~ names }
        if (!allowed) throw new AssertionError((Object) "no agent labelled '$label' takes builds of $job: this would wait for ever")
    }

    /** @param binding what it is bound as, such as `usernamePassword`; null in an `environment` block */
    String credential(String id, Build build, String binding = null) {
        build.record(binding: binding, 'credential', id)
        if (!(id in credentials)) throw new AbortException("Could not find credentials entry with ID '$id'")
        return id
    }

    Object answer(StepCall c) { answers.call(c) }

    static Throwable unwrap(Throwable t) {
        while (t.cause && (t instanceof java.lang.reflect.InvocationTargetException ||
            t.getClass().name.endsWith('InvokerInvocationException'))) t = t.cause
        return t
    }
}
