package millrace.generated

import millrace.run.BuildRecord
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized

import static millrace.generated.Scenario.applied
import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertFalse
import static org.junit.Assert.assertTrue

/** The generated Jenkinsfile with the generated steps, run. */
@RunWith(Parameterized)
class ScenariosTest {
    @Parameterized.Parameters(name = '{0}, cps {1}')
    static List<Object[]> modes() {
        [['sample', true] as Object[], ['sample', false] as Object[], ['external', true] as Object[], ['this repository', true] as Object[]]
    }

    private final File root
    private final boolean cps

    ScenariosTest(String which, boolean cps) {
        root = which == 'this repository' ? Generated.ROOT : Generated.sample(which == 'external' ? which : 'project')
        this.cps = cps
    }

    private Scenario shop(Map actions = [:]) {
        def s = new Scenario(root, cps)
        s.component('image:api', actions.api ?: 'keep', ['image:base'])
        s.component('image:base', actions.base ?: 'keep')
        s.component('image:web', actions.web ?: 'keep', ['image:base'])
        return s.component('stack:shop', actions.shop ?: 'keep', ['image:api', 'image:web'])
    }

    private static void assertResult(String result, BuildRecord r) { assertEquals(r.toString(), result, r.result) }

    @Test
    void 'nothing changed: nothing is applied, and what is kept is listed once with its reason'() {
        def r = shop().deliver()
        assertResult('SUCCESS', r)
        assertEquals(['Validate', 'Plan', 'Verify'], r.stages)
        assertEquals(['Build', 'Deploy'], r.skipped)
        assertEquals([], applied(r))
        assertEquals(1, r.log.join('\n').findAll('because of image:api').size())
    }

    @Test
    void 'one image changed: it is built, and what stands on it deployed'() {
        def r = shop(api: 'build', shop: 'deploy').deliver()
        assertResult('SUCCESS', r)
        assertEquals(['Validate', 'Plan', 'Build', 'image:api', 'Deploy', 'stack:shop', 'Verify'], r.stages)
        assertEquals(['image:api', 'stack:shop'], applied(r))
        def nodes = r.of('sh').findAll { it.detail.env.MILLRACE_COMPONENT }*.node
        assertEquals(['deploy', 'deploy'], nodes)
        assertFalse('an id stands in a shell text', r.scripts.any { it.contains('image:') || it.contains('stack:') })
    }

    @Test
    void 'a branch builds where branches may run, the trusted branch where none does: only there a credential is bound'() {
        def where = { BuildRecord r -> r.of('sh').findAll { it.name =~ /millrace apply/ }.collect { [it.detail.env.MILLRACE_COMPONENT, it.node] } }
        def s = { shop(base: 'build', api: 'build') }
        assertEquals([['image:base', 'deploy'], ['image:api', 'deploy']], where(s().deliver()))
        assertEquals([['image:base', 'build'], ['image:api', 'build']], where(s().pullRequest()))
        def bound = s().deliver().of('sh').findAll { sh -> sh.detail.env.any { it.value?.toString()?.startsWith('secret:') } }
        assertEquals(['deploy'] * bound.size(), bound*.node)
    }

    @Test
    void 'what runs is looked at where deployments are seen, and never for a branch'() {
        def looks = { BuildRecord r -> r.of('sh').findAll { it.name == 'millrace status' }.collect { [it.node, it.stages] } }
        assertEquals([['deploy', ['Verify']]], looks(shop(api: 'build', shop: 'deploy').deliver()))
        assertEquals([['deploy', ['Verify']]], looks(shop().deliver()))
        assertEquals([], looks(shop(api: 'build', shop: 'deploy').pullRequest()))
    }

    @Test
    void 'every build validates the project and what is generated from it, before it plans'() {
        [shop().deliver(), shop().pullRequest()].each { r ->
            assertEquals(['millrace validate', 'millrace generate --check', 'millrace plan --json > plan.json'], work(r).take(3))
        }
    }

    @Test
    void 'each component is applied from the plan that was made, alone'() {
        def r = shop(api: 'build', shop: 'deploy').deliver()
        assertEquals(['millrace apply --plan plan.json --only "$MILLRACE_COMPONENT"'] * 2, r.scripts.findAll { it =~ /millrace apply/ })
    }

    @Test
    void 'the credential of a registry is bound where components are applied, and never for a branch'() {
        def bound = { BuildRecord r -> r.of('sh').findAll { it.detail.env.MILLRACE_REGISTRY_PASSWORD }*.detail*.env*.MILLRACE_COMPONENT }
        def external = new File(root, 'project.yaml').text.contains('credential: registry')
        assertEquals(external ? ['image:api', 'stack:shop'] : [], bound(shop(api: 'build', shop: 'deploy').deliver()))
        assertEquals([], bound(shop(api: 'build', shop: 'deploy').pullRequest()))
    }

    @Test
    void 'the access key for AWS is bound wherever the trusted branch runs what looks at AWS, and never for a branch'() {
        def bound = { BuildRecord r -> r.of('sh').findAll { it.detail.env.AWS_SECRET_ACCESS_KEY }.collect { [it.name.tokenize(' ')[1], it.detail.env.MILLRACE_COMPONENT] } }
        def named = new File(root, 'project.yaml').text.contains('credential: aws')
        def s = shop(api: 'build', shop: 'deploy').component('stack:old', 'remove')
        assertEquals(named ? [['plan', null], ['apply', 'image:api'], ['apply', 'stack:shop'], ['apply', 'stack:old'], ['status', null]] : [], bound(s.deliver()))
        assertEquals([], bound(shop(api: 'build', shop: 'deploy').pullRequest()))
    }

    private static List<String> work(BuildRecord r) { r.scripts.findAll { !it.startsWith('git checkout') } }

    @Test
    void 'the plan is made once and handed on'() {
        def r = shop(api: 'build', shop: 'deploy').deliver()
        assertEquals(1, r.scripts.count { it =~ /millrace plan\b/ })
        assertEquals(r.names('stash') as Set, r.names('unstash') as Set)
    }

    @Test
    void 'a failing test: siblings end, nothing is deployed'() {
        def s = shop(api: 'build', web: 'build', shop: 'deploy')
        s.failing = ['image:api': 1]
        def r = s.deliver()
        assertResult('FAILURE', r)
        assertEquals(['image:api', 'image:web'], applied(r))
        assertEquals('FAILURE', r.stageResult('image:api'))
        assertEquals('SUCCESS', r.stageResult('image:web'))
        assertEquals(['Deploy', 'Verify'], r.skipped)
    }

    @Test
    void 'a failing image stops the waves after its own'() {
        def s = shop(base: 'build', api: 'build', web: 'build')
        s.failing = ['image:base': 1]
        assertEquals(['image:base'], applied(s.deliver()))
    }

    @Test
    void 'a pull request from a fork plans, builds and tests, deploys nothing and sees no credential'() {
        def r = shop(api: 'build', shop: 'deploy').pullRequest()
        assertResult('SUCCESS', r)
        assertEquals(['image:api'], applied(r))
        assertTrue(r.skipped.containsAll(['Deploy', 'Verify']))
        assertEquals([], r.names('credential'))
        assertEquals(['build'], r.names('node').unique())
        assertEquals(['verify'], r.of('sh').findAll { it.detail.env.MILLRACE_ROLE }*.detail*.env*.MILLRACE_ROLE.unique())
    }

    @Test
    void 'a pull request that fails sees no credential either, not even to tell of it'() {
        def s = shop(api: 'build')
        s.failing = ['image:api': 1]
        def r = s.pullRequest()
        assertResult('FAILURE', r)
        assertEquals([], r.names('credential'))
    }

    @Test
    void 'a build aborted by its timeout begins nothing more'() {
        def s = shop(api: 'build', web: 'build', shop: 'deploy')
        s.instead = ['image:api': { it.hang(outermost: true) }]
        def r = s.deliver()
        assertResult('ABORTED', r)
        assertEquals(['image:api'], applied(r))
        assertEquals(['Deploy', 'Verify'], r.skipped)
        assertFalse(r.names('post').contains('failure'))
        assertTrue(r.of('option').any { it.name == 'timeout' })
    }

    @Test
    void 'a plan that is refused builds and deploys nothing'() {
        def s = shop(api: 'build')
        s.planStatus = 1
        def r = s.deliver()
        assertResult('FAILURE', r)
        assertEquals([], applied(r))
        assertEquals(['Build', 'Deploy', 'Verify'], r.skipped)
    }

    @Test
    void '200 components go in waves, each after all it depends on, each once'() {
        def s = new Scenario(root, cps)
        def dependencies = [:]
        (0..<200).each { i ->
            def on = i < 10 ? [] : [i - 10, i.intdiv(3)].unique().collect { "image:c$it".toString() }
            dependencies["image:c$i".toString()] = on
            s.component("image:c$i".toString(), 'build', on)
        }
        def r = s.deliver()
        assertResult('SUCCESS', r)
        assertEquals(dependencies.keySet(), applied(r) as Set)
        assertEquals(200, applied(r).size())
        def wave = [:]
        r.waves.eachWithIndex { ids, i -> ids.each { wave[it] = i } }
        dependencies.each { id, on -> on.each { assertTrue("$id is not after $it", wave[id] > wave[it]) } }
        assertTrue("${r.waves.size()} waves", r.waves.size() <= 21)
    }

    @Test
    void 'what the plan does not touch makes no wave and hides no order behind it'() {
        def s = new Scenario(root, cps)
        s.component('image:a', 'build').component('image:b', 'keep', ['image:a']).component('image:c', 'build', ['image:b'])
        assertEquals([['image:a'], ['image:c']], s.deliver().waves)
    }

    /** Whether the project deploys the Jenkins that runs it. */
    private boolean hosts() { root == Generated.ROOT }

    private Scenario platform(Map actions = [:]) {
        new Scenario(root, cps).component('infrastructure:cluster', actions.cluster ?: 'keep')
            .component('stack:jenkins', actions.jenkins ?: 'keep', ['infrastructure:cluster'])
            .component('stack:registry', actions.registry ?: 'keep', ['infrastructure:cluster'])
            .component('stack:shop', actions.shop ?: 'keep', ['infrastructure:cluster', 'stack:registry'])
    }

    private static List handedOver(BuildRecord r) {
        r.of('sh').findAll { it.detail.env.MILLRACE_COMPONENTS }.collect { [it.name, it.detail.env.MILLRACE_COMPONENTS, it.node] }
    }

    static final String HAND_OVER = 'millrace apply --plan plan.json --only $MILLRACE_COMPONENTS'

    @Test
    void 'what carries this Jenkins goes last and at once, after all that is deployed and removed'() {
        def r = platform(cluster: 'deploy', jenkins: 'deploy', registry: 'deploy', shop: 'deploy').component('stack:old', 'remove').deliver()
        assertResult('SUCCESS', r)
        if (hosts()) {
            assertEquals(['Validate', 'Plan', 'Deploy', 'stack:registry', 'stack:shop', 'stack:old', 'Hand over', 'Verify'], r.stages)
            assertEquals([[HAND_OVER, 'infrastructure:cluster stack:jenkins', 'deploy']], handedOver(r))
        } else {
            assertEquals(['infrastructure:cluster', 'stack:jenkins', 'stack:registry', 'stack:shop', 'stack:old'], applied(r))
            assertEquals([], handedOver(r))
        }
    }

    @Test
    void 'only what the plan deploys is handed over, and nothing where it deploys none of it'() {
        if (!hosts()) return
        assertEquals([[HAND_OVER, 'stack:jenkins', 'deploy']], handedOver(platform(jenkins: 'deploy').deliver()))
        def r = platform(shop: 'deploy').deliver()
        assertEquals([[], ['stack:shop']], [handedOver(r), applied(r)])
        assertEquals([], handedOver(platform(jenkins: 'deploy', cluster: 'deploy').pullRequest()))
    }

    @Test
    void 'a deploy that fails hands nothing over, and a hand-over that is refused fails the build'() {
        if (!hosts()) return
        def s = platform(jenkins: 'deploy', shop: 'deploy')
        s.failing = ['stack:shop': 1]
        assertEquals([], handedOver(s.deliver()))
        s = platform(jenkins: 'deploy')
        s.failing = ['stack:jenkins': 1]
        def r = s.deliver()
        assertResult('FAILURE', r)
        assertEquals(['Build', 'Verify'], r.skipped)
    }
}
