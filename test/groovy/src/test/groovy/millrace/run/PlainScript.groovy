package millrace.run

import com.lesfurets.jenkins.unit.MockPipelineScript

/** Lets closures reach a script's `@Field`s, as they do on Jenkins; plain Groovy 2.4 would write a binding variable. */
abstract class PlainScript extends MockPipelineScript {
    @Override
    Object getProperty(String name) {
        def field = Scripts.field(this, name)
        return field ? field.get(this) : super.getProperty(name)
    }

    @Override
    void setProperty(String name, Object value) {
        def field = Scripts.field(this, name)
        if (field) field.set(this, value)
        else super.setProperty(name, value)
    }
}
