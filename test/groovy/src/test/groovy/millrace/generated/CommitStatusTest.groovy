package millrace.generated

import com.sun.net.httpserver.HttpServer
import groovy.json.JsonSlurper
import millrace.run.BuildRecord
import millrace.run.PipelineRun
import millrace.run.ShCall
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertFalse
import static org.junit.Assert.assertTrue

/** The step that sets the status of a commit; the Jenkinsfile that calls it is one of the golden trees. */
class CommitStatusTest {
    private static BuildRecord run(Map given = [:], String statuses = 'https://api.github.com/repos/acme/shop/statuses/') {
        new PipelineRun([root: Generated.sample(), credentials: ['push'] as Set] + given).text("""@Library('millrace') _
            pipeline {
                agent none
                stages {
                    stage('One') {
                        steps {
                            millrace(label: 'build') { sh 'x' }
                        }
                    }
                }
                post { always { notifyCommit(statuses: '$statuses', credential: 'push') } }
            }""")
    }

    private static Map sent(BuildRecord r) { r.of('writeJSON')[0].detail.json }

    @Test
    void 'a commit hears how its build ended, on a deploy agent, by the credential that may push'() {
        def r = run()
        assertEquals(r.toString(), 'SUCCESS', r.result)
        assertEquals([state: 'success', context: 'millrace/deliver', description: 'success',
                      target_url: 'https://ci.example.com/job/shop/job/deliver/job/deliver/7/'], sent(r))
        assertEquals([['push', 'usernamePassword']], r.of('credential').collect { [it.name, it.detail.binding] })
        def sh = r.of('sh').last()
        assertEquals('deploy', sh.node)
        assertEquals('https://api.github.com/repos/acme/shop/statuses/0123456789abcdef0123456789abcdef01234567', sh.detail.env.MILLRACE_STATUS_URL)
    }

    @Test
    void 'it hears what failed, in as many characters as GitHub takes'() {
        def r = run(shell: { ShCall c -> c.script == 'x' ? 1 : '' })
        assertEquals(['failure', 'failure One: script returned exit code 1'], [sent(r).state, sent(r).description])
        r = run(shell: { ShCall c -> c.script == 'x' ? 1 : c.script.startsWith('head') ? 'y' * 300 : '' })
        assertEquals(140, sent(r).description.length())
    }

    @Test
    void 'a build of a branch sets none, and sees no credential'() {
        def r = run(jobName: 'shop/verify/PR-1')
        assertEquals([[], [], ['x']], [r.names('credential'), r.of('writeJSON'), r.scripts])
    }

    @Test
    void 'what fails is logged and fails no build'() {
        [[credentials: [] as Set], [shell: { ShCall c -> c.script.contains('curl') ? 22 : '' }]].each { given ->
            def r = run(given)
            assertEquals(r.toString(), 'SUCCESS', r.result)
            assertTrue(r.log.contains('Could not notify by commit status'))
        }
    }

    @Test
    void 'curl really sends it, and its arguments hold no token'() {
        def server = HttpServer.create(new InetSocketAddress('127.0.0.1', 0), 0)
        def seen = [:]
        server.createContext('/') { exchange ->
            seen = [method: exchange.requestMethod, path: exchange.requestURI.path, body: exchange.requestBody.getText('UTF-8'),
                    authorization: exchange.requestHeaders.getFirst('Authorization')]
            exchange.sendResponseHeaders(201, -1)
            exchange.close()
        }
        server.start()
        try {
            def r = run(shell: { ShCall c -> c.script == 'x' ? '' : c.execute() }, "http://127.0.0.1:${server.address.port}/statuses/")
            assertFalse(r.toString(), r.log.contains('Could not notify by commit status'))
            assertEquals(['POST', '/statuses/0123456789abcdef0123456789abcdef01234567', 'Bearer secret:push:passwordVariable'],
                [seen.method, seen.path, seen.authorization])
            assertEquals('success', new JsonSlurper().parseText(seen.body).state)
            assertFalse(r.of('sh').last().name.contains('secret:'))
        } finally {
            server.stop(0)
        }
    }
}
