package millrace.run

import com.lesfurets.jenkins.unit.MockPipelineScript
import groovy.transform.CompileStatic

import java.lang.reflect.Field

/**
 * Lets closures reach a script's `@Field`s, as they do on Jenkins; plain Groovy 2.4 would write a binding variable.
 * Compiled statically: a dynamic call here would come back through the script's own interceptor, for ever.
 */
@CompileStatic
abstract class PlainScript extends MockPipelineScript {
    @Override
    Object getProperty(String name) {
        Field field = Scripts.field(this, name)
        return field ? field.get(this) : super.getProperty(name)
    }

    @Override
    void setProperty(String name, Object value) {
        Field field = Scripts.field(this, name)
        if (field) field.set(this, value)
        else super.setProperty(name, value)
    }
}
