package millrace.run

import com.lesfurets.jenkins.unit.PipelineTestHelper
import com.lesfurets.jenkins.unit.global.lib.LibraryConfiguration
import com.lesfurets.jenkins.unit.global.lib.SourceRetriever
import org.codehaus.groovy.runtime.InvokerHelper

/**
 * The library `millrace` of a repository, loaded by JenkinsPipelineUnit. It is compiled once per repository and
 * mode; its steps are new objects in every build, so that no build sees another's fields.
 */
class Library {
    private static final Map<List, PipelineTestHelper> LOADED = [:]

    static PipelineTestHelper helper(File root, boolean cps) {
        def key = [root.path, cps]
        if (!LOADED.containsKey(key)) LOADED[key] = create(root, cps)
        return LOADED[key]
    }

    private static PipelineTestHelper create(File root, boolean cps) {
        def helper = cps ? new CpsHelper() : new PlainHelper()
        helper.scriptRoots = [root.path] as String[]
        helper.scriptExtension = 'groovy'
        helper.baseScriptRoot = root.path
        helper.baseClassloader = Library.classLoader
        helper.imports += [NonCPS: 'com.cloudbees.groovy.cps.NonCPS']
        def at = [root.toURI().toURL()]
        helper.registerSharedLibrary(LibraryConfiguration.library('millrace').defaultVersion('main').targetPath('.')
            .retriever({ String name, String version, String path -> at } as SourceRetriever).build())
        helper.init()
        return helper
    }

    /** Compiles a pipeline and gives it the library's steps, if it asks for the library. */
    static Script load(PipelineTestHelper helper, String text, BuildBinding binding) {
        Class type = helper.gse.groovyClassLoader.parseClass(new GroovyCodeSource(text, 'WorkflowScript.groovy', '/groovy/script'), false)
        if (text =~ /@Library\(\s*['"]millrace/) {
            helper.libLoader.libRecords.values().each { record ->
                record.definedGlobalVars.each { name, loaded ->
                    binding.globals[name] = InvokerHelper.createScript(loaded.getClass(), binding.another())
                }
            }
        }
        def script = InvokerHelper.createScript(type, binding)
        script.metaClass.invokeMethod = helper.methodInterceptor
        script.metaClass.static.invokeMethod = helper.methodInterceptor
        return script
    }
}
