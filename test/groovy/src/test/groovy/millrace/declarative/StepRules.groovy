package millrace.declarative

import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.Statement

/** What the Declarative validator demands of `steps` and `post`. */
class StepRules {
    static final List<String> CONDITIONS = ['always', 'changed', 'fixed', 'regression', 'aborted', 'success',
                                            'unsuccessful', 'unstable', 'failure', 'notBuilt', 'cleanup']
    private final DeclarativeValidator validator

    StepRules(DeclarativeValidator validator) { this.validator = validator }

    void checkSteps(MethodCallExpression section) {
        if (!Ast.block(section) || Ast.plainArgs(section)) validator.error('Expected a block for steps', section)
        else checkBranch(Ast.block(section))
    }

    void checkPost(MethodCallExpression section) {
        def seen = new HashSet<String>()
        for (Statement s : validator.checkBlock(section)) {
            def c = Ast.call(s)
            if (!c || !Ast.onThis(c)) validator.error('Expected a post condition', s)
            else if (!(c.methodAsString in CONDITIONS)) {
                validator.error("Invalid condition \"${c.methodAsString}\" - valid conditions are $CONDITIONS", c)
            } else if (!seen.add(c.methodAsString)) validator.error("Duplicate build condition name: \"${c.methodAsString}\"", c)
            else checkSteps(c)
        }
    }

    private void checkBranch(ClosureExpression body) {
        def statements = Ast.statements(body)
        if (!statements) validator.error('No steps specified for branch', body)
        statements.each { checkStep(it) }
    }

    private void checkStep(Statement s) {
        def c = Ast.call(s)
        if (!c) {
            validator.error('Expected a step', s)
        } else if (!Ast.onThis(c)) {
            validator.error('Method calls on objects not allowed outside "script" blocks.', s)
        } else if (c.methodAsString == 'script') {
            if (!Ast.block(c)) validator.error('Expected a block', c)
        } else {
            Signatures.STEPS[c.methodAsString]?.check(c, validator)
            // Only a step that is known to take a block has steps in it; a library's own step may do as it likes.
            if (Ast.block(c) && Signatures.STEPS[c.methodAsString]?.block) checkBranch(Ast.block(c))
        }
    }
}
