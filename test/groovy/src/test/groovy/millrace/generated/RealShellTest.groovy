package millrace.generated

import millrace.run.Files
import millrace.run.PipelineRun
import millrace.run.ShCall
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** Here `sh` really runs: with the real CLI, and with a CLI that only writes down how it was called. */
class RealShellTest {
    private static Map<String, String> path(File folder) { [PATH: "${folder.path}:${System.getenv('PATH')}".toString()] }

    private static PipelineRun run(File checkout) {
        new PipelineRun(root: Generated.sample(), checkedOut: checkout, env: path(Generated.CLI), shell: { ShCall c ->
            // What the CLI cannot do without a cluster is left to the double.
            c.script =~ /millrace (validate|generate)\b/ ? c.execute() :
                c.script =~ /millrace plan\b/ ? c.write('plan.json', '{"components":[]}') : ''
        })
    }

    @Test
    void 'the real CLI validates and finds the generated files fresh'() {
        def r = run(Generated.sample()).file(new File(Generated.sample(), 'Jenkinsfile'))
        assertEquals(r.toString(), 'SUCCESS', r.result)
        def ran = r.of('sh').findAll { it.name =~ /millrace (validate|generate)/ }
        assertEquals([0, 0], ran*.detail*.status)
    }

    @Test
    void 'the real CLI stops the build where a generated file was edited, or the project is wrong'() {
        [Jenkinsfile: { it + '// edited\n' }, 'project.yaml': { it.replace('millrace:', 'milrace:') }].each { name, edit ->
            def copy = java.nio.file.Files.createTempDirectory('millrace-copy').toFile()
            try {
                Files.copy(Generated.sample(), copy)
                new File(copy, name).text = edit(new File(copy, name).text)
                def r = run(copy).file(new File(Generated.sample(), 'Jenkinsfile'))
                assertEquals("$name\n$r", 'FAILURE', r.result)
                assertEquals(['Validate'], r.stages)
            } finally {
                copy.deleteDir()
            }
        }
    }

    @Test
    void 'whatever an id holds, it reaches the CLI as one argument and runs nothing'() {
        def bin = java.nio.file.Files.createTempDirectory('millrace-bin').toFile()
        try {
            def calls = new File(bin, 'calls')
            new File(bin, 'millrace').with {
                text = "#!/bin/sh\nfor a in \"\$@\"; do printf '%s\\0' \"\$a\" >> '${calls.path}'; done\n"
                setExecutable(true)
            }
            ['image:a b', '$(touch pwned)', '"; touch pwned; "', "it's `id`", '${HOME}', 'a\\n\nb', '*', '--help', '\u2028'].each { id ->
                calls.delete()
                def r = new PipelineRun(root: Generated.sample(), env: path(bin), realShell: true, params: [ID: id])
                    .text("@Library('millrace') _\nnode { writeFile(file: 'plan.json', text: '{}')\nstash(name: 'millrace-plan', includes: 'plan.json') }\n" +
                        "applyComponent(id: params.ID, label: 'build')\nnode { echo findPwned() }\n" +
                        "String findPwned() { sh(script: 'find \"\$HOME\" -name pwned', returnStdout: true) }")
                assertEquals(r.toString(), 'SUCCESS', r.result)
                assertEquals(['apply', '--plan', 'plan.json', '--only', id], calls.getText('UTF-8').split('\0').toList())
                assertEquals('something ran', [''], r.log)
            }
        } finally {
            bin.deleteDir()
        }
    }

    @Test
    void 'what is handed over reaches the CLI as a word for each component'() {
        def bin = java.nio.file.Files.createTempDirectory('millrace-bin').toFile()
        try {
            def calls = new File(bin, 'calls')
            new File(bin, 'millrace').with {
                text = "#!/bin/sh\nfor a in \"\$@\"; do printf '%s\\0' \"\$a\" >> '${calls.path}'; done\n"
                setExecutable(true)
            }
            def plan = "[[id: 'infrastructure:cluster', action: 'deploy', dependsOn: []], [id: 'stack:jenkins', action: 'deploy', dependsOn: []]]"
            def r = new PipelineRun(root: Generated.sample(), env: path(bin), realShell: true)
                .text("@Library('millrace') _\nnode { writeFile(file: 'plan.json', text: '{}')\nstash(name: 'millrace-plan', includes: 'plan.json') }\n" +
                    "planComponents.plan = [components: $plan]\nhandOver(components: ['infrastructure:cluster', 'stack:jenkins'], label: 'deploy')")
            assertEquals(r.toString(), 'SUCCESS', r.result)
            assertEquals(['apply', '--plan', 'plan.json', '--only', 'infrastructure:cluster', 'stack:jenkins'], calls.getText('UTF-8').split('\0').toList())
        } finally {
            bin.deleteDir()
        }
    }
}
