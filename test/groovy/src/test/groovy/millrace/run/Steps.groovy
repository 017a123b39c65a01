package millrace.run

import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import hudson.AbortException
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** The steps of Jenkins that pipelines of this project may use, each doing as little as shows what it was asked. */
class Steps implements Unsaved {
    private final Build build
    private final PipelineRun run

    Steps(Build build, PipelineRun run) {
        this.build = build
        this.run = run
    }

    boolean knows(String name) {
        name in StepTable.SYMBOLS || name in StepTable.NOTED || run.overrides.containsKey(name) || metaClass.respondsTo(this, "step_$name")
    }

    Object call(String name, Object[] args) {
        if (name in StepTable.SYMBOLS) return [symbol: name] + new StepCall(name, args, null).named
        def c = new StepCall(name, args, StepTable.SOLE[name])
        if (!(name in ['echo', 'error'])) build.runner.save(name)
        if (run.overrides.containsKey(name)) {
            build.record(c.named, name)
            return run.overrides[name].call(c)
        }
        if (name in StepTable.NOTED) {
            build.record(c.named, name)
            return null
        }
        return "step_$name"(c)
    }

    Object body(StepCall c) { build.runner.body(c.body) }

    def step_echo(StepCall c) { build.record('echo', c['message'].toString()); null }
    def step_println(StepCall c) { build.record('echo', "${c['value']}".toString()); null }
    def step_error(StepCall c) { throw new AbortException(c['message'].toString()) }

    def step_unstable(StepCall c) {
        build.current.result = 'UNSTABLE'
        build.record('unstable', c['message'].toString())
        null
    }

    def step_sh(StepCall c) { new Shell(build, run).call(c) }
    def step_stage(StepCall c) { build.inStage(c['name'].toString()) { body(c) } }

    def step_node(StepCall c) {
        def label = c['label']?.toString()
        run.agentFor(label, build.jobName)
        build.inNode(label) { body(c) }
    }

    def step_parallel(StepCall c) {
        def branches = new LinkedHashMap(c['branches'])
        def failFast = branches.remove('failFast') ?: false
        build.inParallel(branches.collectEntries { k, v -> [k.toString(), { build.runner.body(v) }] }, failFast)
    }

    def step_timeout(StepCall c) { build.inTimeout(c.named) { body(c) } }

    def step_retry(StepCall c) {
        build.record(c.named, 'retry')
        int left = c['count'] as int
        while (true) {
            try {
                return body(c)
            } catch (FlowInterruptedException e) {
                throw e
            } catch (Exception e) {
                if (--left <= 0) throw e
                build.record('retrying', e.message)
            }
        }
    }

    def step_catchError(StepCall c) {
        try {
            return body(c)
        } catch (Throwable e) {
            // As Jenkins has it, a step whose plugin is missing (an Error) is caught too; SUCCESS changes no result.
            if (e instanceof FlowInterruptedException && c['catchInterruptions'] == false) throw e
            if (c['message']) build.record('echo', c['message'].toString())
            build.record('echo', "ERROR: ${e.message}".toString())
            build.record('caught', e.message)
            String result = (c['buildResult'] ?: Build.resultOf(e)).toString()
            if (result != 'SUCCESS') build.current.result = result
            return null
        }
    }

    def step_warnError(StepCall c) {
        try {
            return body(c)
        } catch (Exception e) {
            build.record('caught', e.message)
            build.current.result = 'UNSTABLE'
            return null
        }
    }

    def step_withEnv(StepCall c) {
        def layer = c['overrides'].collectEntries { def s = it.toString(); [s.takeWhile { it != '=' }, s.contains('=') ? s.substring(s.indexOf('=') + 1) : ''] }
        def result = null
        build.env.within(layer) { result = body(c) }
        return result
    }

    def step_withCredentials(StepCall c) {
        def layer = [:]
        c['bindings'].each { b ->
            def id = run.credential(b.credentialsId.toString(), build, b.symbol)
            b.findAll { it.key in ['variable', 'usernameVariable', 'passwordVariable', 'keyFileVariable', 'passphraseVariable'] }
                .each { k, v -> layer[v.toString()] = "secret:$id:$k".toString() }
        }
        def result = null
        build.env.within(layer) { result = body(c) }
        return result
    }

    def step_timestamps(StepCall c) { body(c) }
    def step_ansiColor(StepCall c) { body(c) }
    def step_script(StepCall c) { body(c) }
    def step_lock(StepCall c) { build.record(c.named, 'lock'); body(c) }

    def step_input(StepCall c) {
        build.record(c.named, 'input', c['message'].toString())
        return run.answer(c)
    }

    def step_checkout(StepCall c) {
        def into = build.workspace('checkout')
        build.record('checkout')
        if (run.checkedOut) Files.copy(run.checkedOut, into)
        def commit = run.repository ? GitCheckout.into(into, run.repository, run.branch, build.env.effective()) : run.commit
        return [GIT_COMMIT: commit, GIT_BRANCH: build.env.read('BRANCH_NAME') ?: '']
    }

    def step_stash(StepCall c) {
        def from = build.workspace('stash')
        def to = new File(build.home, "stash-${build.stashes.size()}")
        def copied = Files.copy(from, to, (c['includes'] ?: '**').toString(), c['excludes']?.toString())
        if (!copied && !c['allowEmpty']) throw new AbortException("No files included in stash '${c['name']}'")
        build.stashes[c['name'].toString()] = to
        build.record(files: copied, 'stash', c['name'].toString())
        null
    }

    def step_unstash(StepCall c) {
        def from = build.stashes[c['name'].toString()]
        if (!from) throw new AbortException("No such saved stash '${c['name']}'")
        Files.copy(from, build.workspace('unstash'))
        build.record('unstash', c['name'].toString())
        null
    }

    def step_dir(StepCall c) {
        def directory = new File(build.workspace('dir'), c['path'].toString())
        directory.mkdirs()
        build.nodes << (build.nodes.last() + [directory: directory])
        try {
            return body(c)
        } finally {
            build.nodes.remove(build.nodes.size() - 1)
        }
    }

    /** As on an agent, a path may be absolute too. */
    private File file(StepCall c, String step) {
        def workspace = build.workspace(step)
        def path = c['file'].toString()
        return path.startsWith('/') ? new File(path) : new File(workspace, path)
    }
    private String read(StepCall c, String step) {
        if (!file(c, step).file) throw new FileNotFoundException("${c['file']} does not exist")
        return file(c, step).getText('UTF-8')
    }

    def step_readFile(StepCall c) { read(c, 'readFile') }
    def step_fileExists(StepCall c) { file(c, 'fileExists').exists() }
    def step_readJSON(StepCall c) { Files.plain(new JsonSlurper().parseText(c['text']?.toString() ?: read(c, 'readJSON'))) }
    def step_writeJSON(StepCall c) {
        build.record(c.named, 'writeJSON')
        file(c, 'writeJSON').with { parentFile.mkdirs(); setText(JsonOutput.toJson(c['json']), 'UTF-8') }
        null
    }
    def step_writeFile(StepCall c) {
        file(c, 'writeFile').with { parentFile.mkdirs(); setText(c['text'].toString(), 'UTF-8') }
        null
    }
    def step_isUnix(StepCall c) { build.workspace('isUnix'); true }
    def step_pwd(StepCall c) { build.workspace('pwd').path }

    def step_archiveArtifacts(StepCall c) {
        def found = Files.list(build.workspace('archiveArtifacts'), c['artifacts'].toString(), c['excludes']?.toString())
        build.record(c.named + [files: found], 'archiveArtifacts')
        if (!found && !c['allowEmptyArchive']) throw new AbortException("No artifacts found that match the file pattern \"${c['artifacts']}\".")
        build.archived.addAll(found)
        null
    }

    def step_junit(StepCall c) { build.record(c.named, 'junit'); if (run.failingTests) build.current.result = 'UNSTABLE' }
    def step_libraryResource(StepCall c) { new File(run.root, "resources/${c['resource']}").getText('UTF-8') }
}
