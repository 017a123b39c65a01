package millrace.declarative

import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.Statement

/** What the Declarative validator demands of `when`. */
class WhenRules {
    static final List<String> CONDITIONS = ['allOf', 'anyOf', 'branch', 'buildingTag', 'changeRequest', 'changelog',
        'changeset', 'environment', 'equals', 'expression', 'isRestartedRun', 'not', 'tag', 'triggeredBy']
    static final List<String> FLAGS = ['beforeAgent', 'beforeInput', 'beforeOptions']
    private final DeclarativeValidator validator

    WhenRules(DeclarativeValidator validator) { this.validator = validator }

    void check(MethodCallExpression section) {
        def calls = validator.checkBlock(section).collect { Statement s ->
            def c = Ast.call(s)
            if (!c || !Ast.onThis(c)) validator.error('Expected a when condition', s)
            return c
        }.findAll { it }
        def (flags, conditions) = calls.split { it.methodAsString in FLAGS }
        flags.each {
            def args = Ast.args(it)
            if (args.size() != 1 || !(Ast.constant(args[0]) instanceof Boolean)) validator.error('Expected a boolean', it)
        }
        if (flags && !conditions) validator.error('when can not be empty', section)
        conditions.each { checkCondition(it) }
    }

    private void checkCondition(MethodCallExpression c) {
        def name = c.methodAsString
        if (!(name in CONDITIONS)) {
            validator.error("Unknown conditional $name. Valid conditionals are: ${CONDITIONS.join(', ')}", c)
        } else if (name in ['allOf', 'anyOf', 'not']) {
            checkNested(c)
        } else if (name == 'expression') {
            if (!Ast.block(c)) validator.error('Expected a block', c)
        } else {
            Signatures.CONDITIONS[name]?.check(c, validator)
        }
    }

    private void checkNested(MethodCallExpression c) {
        def inner = validator.checkBlock(c).collect { Ast.call(it) }
        if (c.methodAsString == 'not' && inner.size() > 1) validator.error('"not" takes exactly one condition', c)
        inner.each { it ? checkCondition(it) : validator.error('Expected a when condition', c) }
    }
}
