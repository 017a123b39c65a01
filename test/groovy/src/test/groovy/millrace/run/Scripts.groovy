package millrace.run

import groovy.transform.CompileStatic

import java.lang.reflect.Field
import java.lang.reflect.Modifier

/** Reads of a script that must not go through its own interceptors: compiled statically, they are plain calls. */
@CompileStatic
class Scripts {
    static MetaMethod own(Script s, String name, Object[] args) { s.getMetaClass().getMetaMethod(name, args) }

    static boolean declares(Script s, MetaMethod m) { m != null && m.getDeclaringClass().getTheClass() == s.getClass() }

    /** The library step of this name, or null. */
    static Script step(Script s, String name) {
        Binding binding = s.getBinding()
        // A step that is being made has no variables yet: its constructor's calls are its own.
        Object value = binding instanceof BuildBinding ? ((BuildBinding) binding).getGlobals().get(name) : null
        value instanceof Script ? (Script) value : null
    }

    /** The `@Field` of this name, or null. */
    static Field field(Script s, String name) {
        Field found = s.getClass().getDeclaredFields().find { Field f -> f.name == name && !Modifier.isStatic(f.modifiers) }
        found?.setAccessible(true)
        return found
    }

    static Object read(Script s, String name) { s.getProperty(name) }

    /** Sets what every script of the build sees. */
    static void setGlobal(Script s, String name, Object value) { ((BuildBinding) s.getBinding()).getGlobals().put(name, value) }
}
