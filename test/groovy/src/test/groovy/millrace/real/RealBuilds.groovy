package millrace.real

import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import millrace.run.BuildRecord
import millrace.run.PipelineRun
import org.junit.Test

import static org.junit.Assert.assertTrue

/**
 * Builds that a system test asks for: the generated pipelines and the library of a repository, through CPS, with a real
 * `checkout` and a real `sh`. Jenkins' own steps and its interpreter of `pipeline {}` are the doubles of this folder.
 * Not among the tests that run by themselves (its name says so to Surefire): it listens at the port `millrace.builds`
 * of the loopback, where each line is a request, answered by a line, until whoever asks goes.
 */
class RealBuilds {
    @Test
    void 'runs what it is asked for'() {
        def port = Integer.getInteger('millrace.builds')
        assertTrue('nobody said by -Dmillrace.builds=PORT where requests come from', port != null)
        new Socket('127.0.0.1', port).withStreams { input, output ->
            input.eachLine('UTF-8') { line ->
                def answer = answer((Map) new JsonSlurper().parseText(line))
                output.write((JsonOutput.toJson(answer) + '\n').getBytes('UTF-8'))
                output.flush()
            }
        }
    }

    /** @param request `root` holds the pipeline `file` and the library; the rest is PipelineRun's, by its names */
    private static Map answer(Map request) {
        def root = new File(request.remove('root').toString())
        def file = new File(root, request.remove('file').toString())
        try {
            return describe(new PipelineRun([root: root, realShell: true] + request).file(file))
        } catch (Throwable e) {
            // Such as a label that no agent has: a build that would never end.
            return [refused: e.toString()]
        }
    }

    private static Map describe(BuildRecord r) {
        [result: r.result, error: r.error?.message, log: r.events.collectMany { logOf(it) }.join('\n'),
         stages: r.of('stage').collectEntries { [it.name, it.detail.result] }, skipped: r.skipped,
         commands: r.of('sh').findAll { it.name =~ /^millrace / }.collect { [it.node, expand(it.name, it.detail.env)] },
         mails: r.of('mail')*.detail]
    }

    /** What a console shows of it; the shell itself tells its commands, among what they say on standard error. */
    private static List<String> logOf(event) {
        if (event.type == 'echo') return [event.name]
        return event.type == 'sh' ? [event.detail.errors, event.detail.output].findAll { it } : []
    }

    /** As /bin/sh has it, of the two variables in which steps name components. */
    private static String expand(String script, Map env) {
        script.replaceAll(/"?\$(MILLRACE_COMPONENTS?)\b"?/) { all, name -> env[name] }
    }
}
